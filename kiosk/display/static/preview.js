// The camera picture: the newest one only, ten a second at most.

import { ask } from "./net.js";
import { id } from "./dom.js";

const PACE_MS = 100;
const RETRY_MS = 1000;
const STALE_MS = 3000;

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

export async function watch() {
  const camera = id("camera");
  const image = id("preview");
  if (camera.dataset.picture === "off") return;
  let number = 0;
  let seen = 0;
  let url = "";
  for (;;) {
    const began = performance.now();
    try {
      const response = await ask(`/preview.jpg?n=${number}`);
      if (response.status === 200) {
        number = Number(response.headers.get("X-Picture"));
        const next = URL.createObjectURL(await response.blob());
        image.src = next;
        await image.decode().catch(() => {});
        if (url) URL.revokeObjectURL(url);
        url = next;
        seen = performance.now();
      }
      await pause(Math.max(0, PACE_MS - (performance.now() - began)));
    } catch {
      number = 0;
      await pause(RETRY_MS);
    }
    const fresh = seen > 0 && performance.now() - seen < STALE_MS;
    image.hidden = !fresh;
    // A gate without a camera never has a picture: an empty frame would only take room.
    camera.dataset.picture = fresh ? "live" : seen > 0 ? "none" : "awaited";
  }
}

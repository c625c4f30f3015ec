// One-time link to pass: a key is made and kept first, so that a lost answer can be asked again.

import { ascii, joined, toBase64 } from "./bytes.js";
import { startAnew } from "./declaration.js";
import { forget, madeKey, publicOf, read, signature, write } from "./keys.js";
import { sha256 } from "./living.js";

const DOMAIN = ascii("sibao/phone/v1\0");

export class Refusal extends Error {}

const keyFor = async (link) => {
  const waiting = await read("wanted");
  if (waiting?.link === link) return waiting;
  const fresh = { link, ...(await madeKey()) };
  await write("wanted", fresh);
  return fresh;
};

export const passFor = async (link) => {
  const key = await keyFor(link);
  const raw = await publicOf(key);
  const proof = await signature(key, joined(DOMAIN, await sha256(ascii(link)), raw));
  const answer = await fetch("/phone/pass", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      link,
      algorithm: key.algorithm,
      public: toBase64(raw),
      proof: toBase64(proof),
    }),
  });
  if (!answer.ok) throw new Refusal(String(answer.status));
  const { algorithm, pair } = key;
  const held = { algorithm, pair, link, pass: await answer.json() };
  await write("pass", held);
  await forget("wanted");
  await startAnew();
  return held;
};

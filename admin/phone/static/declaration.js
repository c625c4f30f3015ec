// The daily declaration: signed by the phone's key, kept here until the server has it.

import { ascii, fromBase45, joined, toBase64 } from "./bytes.js";
import { forget, read, signature, write } from "./keys.js";
import { sha256 } from "./living.js";

const DOMAIN = ascii("sibao/declaration/v1\0");

const two = (number) => String(number).padStart(2, "0");

export const dayOf = (ms) => {
  const date = new Date(ms);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
};

// Sign the answers and keep them as "unsent", so that no network is needed to have said it.
export const declare = async (held, answers, now) => {
  const day = dayOf(now);
  const said = JSON.stringify({ day, at: now, ...answers });
  const envelope = fromBase45(held.pass.text.slice("SB1:".length));
  const signed = joined(DOMAIN, await sha256(envelope), ascii(said));
  const message = { text: held.pass.text, said, signature: toBase64(await signature(held, signed)) };
  await write("unsent", { day, at: now, message });
};

const drop = async (kept) => {
  if ((await read("unsent"))?.at === kept.at) await forget("unsent");
};

// Send what waits, if anything. An answer without `why` may be a passing fault: it goes on waiting.
export const send = async () => {
  const kept = await read("unsent");
  if (!kept) return {};
  try {
    const answer = await fetch("/phone/declaration", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(kept.message),
    });
    const told = await answer.json();
    if (answer.ok) await write("declared", { day: kept.day, at: told.at });
    if (answer.ok || told.why) await drop(kept);
    return { ...told, day: kept.day };
  } catch {
    return {};
  }
};

export const standing = async () => ({
  unsent: await read("unsent"),
  declared: await read("declared"),
});

// Another pass is another person's, or the same one's by another key.
export const startAnew = async () => {
  await forget("unsent");
  await forget("declared");
};

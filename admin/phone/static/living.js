// The living code: the pass, the time step, and the signature of the phone's own key.

import { ascii, bigEndian, cborOfCode, fromBase45, joined, toBase45 } from "./bytes.js";
import { signature } from "./keys.js";

export const STEP_MS = 30_000;
const DOMAIN = ascii("sibao/living/v1\0");

export const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

export const stepAt = (ms) => Math.floor(ms / STEP_MS);

export const livingCode = async (held, step) => {
  const envelope = fromBase45(held.pass.text.slice("SB1:".length));
  const signed = joined(DOMAIN, await sha256(envelope), bigEndian(step, 8));
  return "SB2:" + toBase45(cborOfCode(envelope, step, await signature(held, signed)));
};

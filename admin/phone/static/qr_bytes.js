// A text to the bytes of a QR code: alphanumeric mode, padding, Reed-Solomon check bytes.

import { VERSIONS, blocksOf } from "./qr_layout.js";

export const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

const POWERS = [];
const LOGS = [];
for (let i = 0, x = 1; i < 255; i += 1) {
  POWERS[i] = x;
  LOGS[x] = i;
  x = (x << 1) ^ (x & 0x80 ? 0x11d : 0);
}
const times = (a, b) => (a && b ? POWERS[(LOGS[a] + LOGS[b]) % 255] : 0);

const generator = (degree) => {
  let terms = [1];
  for (let i = 0; i < degree; i += 1) {
    const next = [...terms, 0];
    terms.forEach((term, k) => {
      next[k + 1] ^= times(term, POWERS[i]);
    });
    terms = next;
  }
  return terms.slice(1);
};

const checkBytes = (data, terms) => {
  const rest = new Array(terms.length).fill(0);
  data.forEach((byte) => {
    const lead = byte ^ rest.shift();
    rest.push(0);
    terms.forEach((term, k) => {
      rest[k] ^= times(term, lead);
    });
  });
  return rest;
};

const bitsOf = (text, countBits) => {
  const bits = [];
  const put = (value, length) => {
    for (let i = length - 1; i >= 0; i -= 1) bits.push((value >>> i) & 1);
  };
  put(0b0010, 4);
  put(text.length, countBits);
  for (let i = 0; i < text.length; i += 2) {
    const pair = [...text.slice(i, i + 2)].map((c) => ALPHABET.indexOf(c));
    if (pair.includes(-1)) throw new RangeError("not in the alphanumeric alphabet");
    if (pair.length === 2) put(pair[0] * 45 + pair[1], 11);
    else put(pair[0], 6);
  }
  return bits;
};

const padded = (bits, bytes) => {
  const full = [...bits, 0, 0, 0, 0].slice(0, bytes * 8);
  while (full.length % 8) full.push(0);
  const data = [];
  for (let i = 0; i < full.length; i += 8) data.push(parseInt(full.slice(i, i + 8).join(""), 2));
  for (let pad = 0xec; data.length < bytes; pad ^= 0xec ^ 0x11) data.push(pad);
  return data;
};

// Byte i of every part in turn: a scratch then hurts each block a little, and none much.
const interleaved = (parts) => {
  const longest = Math.max(...parts.map((part) => part.length));
  const mixed = [];
  for (let i = 0; i < longest; i += 1) {
    parts.forEach((part) => {
      if (i < part.length) mixed.push(part[i]);
    });
  }
  return mixed;
};

// The smallest version that holds the text, and all bytes to be drawn.
export const bytesOf = (text) => {
  for (let version = 1; version <= VERSIONS; version += 1) {
    const bits = bitsOf(text, version < 10 ? 9 : 11);
    const { checks, lengths, bytes } = blocksOf(version);
    if (bits.length <= bytes * 8) {
      const data = padded(bits, bytes);
      const terms = generator(checks);
      let from = 0;
      const blocks = lengths.map((length) => data.slice(from, (from += length)));
      const checked = blocks.map((block) => checkBytes(block, terms));
      return { version, bytes: [...interleaved(blocks), ...interleaved(checked)] };
    }
  }
  throw new RangeError("too long for version 20");
};

// Bytes to texts and back: base64, base45 (RFC 9285), and the CBOR of a living code.

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

export const toBase64 = (bytes) => btoa(String.fromCharCode(...bytes));

export const toBase45 = (bytes) => {
  let text = "";
  for (let i = 0; i < bytes.length; i += 2) {
    const two = i + 1 < bytes.length;
    let rest = two ? bytes[i] * 256 + bytes[i + 1] : bytes[i];
    for (let k = 0; k < (two ? 3 : 2); k += 1) {
      text += DIGITS[rest % 45];
      rest = Math.floor(rest / 45);
    }
  }
  return text;
};

export const fromBase45 = (text) => {
  const bytes = [];
  for (let i = 0; i < text.length; i += 3) {
    const part = [...text.slice(i, i + 3)].map((c) => DIGITS.indexOf(c));
    const value = part.reduceRight((sum, digit) => sum * 45 + digit, 0);
    if (part.length === 3) bytes.push(value >> 8);
    bytes.push(value & 255);
  }
  return Uint8Array.from(bytes);
};

export const joined = (...parts) => Uint8Array.from(parts.flatMap((part) => [...part]));

export const ascii = (text) => Uint8Array.from(text, (c) => c.charCodeAt(0));

export const bigEndian = (value, length) => {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(value));
  return new Uint8Array(view.buffer).slice(8 - length);
};

// Shortest forms only: a gate refuses any other.
const cborHead = (major, value) => {
  if (value < 24) return [major | value];
  if (value < 256) return [major | 24, value];
  if (value < 65536) return [major | 25, ...bigEndian(value, 2)];
  return [major | 26, ...bigEndian(value, 4)];
};

const cborBytes = (bytes) => [...cborHead(0x40, bytes.length), ...bytes];

export const cborOfCode = (envelope, step, signature) =>
  joined([0x83], cborBytes(envelope), cborHead(0, step), cborBytes(signature));

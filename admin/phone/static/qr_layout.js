// Where things lie in a QR code of version 1 to 20 at level M (ISO/IEC 18004).

const CHECK_BYTES = [
  10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26,
];
const BLOCKS = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16];

export const VERSIONS = BLOCKS.length;
export const sizeOf = (version) => 17 + 4 * version;

export const centresOf = (version) => {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const last = sizeOf(version) - 7;
  const step = 2 * Math.ceil((last - 6) / (2 * (count - 1)));
  const centres = [6];
  for (let i = count - 2; i >= 0; i -= 1) centres.push(last - i * step);
  return centres;
};

const dataModules = (version) => {
  const along = centresOf(version).length;
  const size = sizeOf(version);
  const finders = 3 * 64;
  const timing = 2 * (size - 16);
  const format = 31;
  const numbers = version >= 7 ? 36 : 0;
  const aligned = along ? 25 * (along * along - 3) - 2 * 5 * (along - 2) : 0;
  return size * size - finders - timing - format - numbers - aligned;
};

// The lengths of the blocks' data, and of the check bytes that each of them gets.
export const blocksOf = (version) => {
  const checks = CHECK_BYTES[version - 1];
  const count = BLOCKS[version - 1];
  const bytes = Math.floor(dataModules(version) / 8) - checks * count;
  const short = Math.floor(bytes / count);
  const longer = bytes % count;
  const lengths = Array.from({ length: count }, (_, i) => short + (i >= count - longer ? 1 : 0));
  return { checks, lengths, bytes };
};

const remainder = (value, bits, divisor) => {
  const degree = 31 - Math.clz32(divisor);
  let rest = value << degree;
  for (let i = bits + degree - 1; i >= degree; i -= 1) {
    if ((rest >>> i) & 1) rest ^= divisor << (i - degree);
  }
  return (value << degree) | rest;
};

// Level M is 00, so the five bits of the format are the mask's number.
export const formatBits = (mask) => remainder(mask, 5, 0x537) ^ 0x5412;
export const versionBits = (version) => remainder(version, 6, 0x1f25);

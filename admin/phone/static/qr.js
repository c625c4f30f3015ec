// A text to the dark and light modules of a QR code at level M.

import { bytesOf } from "./qr_bytes.js";
import { centresOf, formatBits, sizeOf, versionBits } from "./qr_layout.js";

const MASKS = [
  (x, y) => (x + y) % 2 === 0,
  (x, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

const grid = (size, value) => Array.from({ length: size }, () => new Array(size).fill(value));

// Rings about a centre: dark where the distance to it is in `dark`.
const rings = (set, [cx, cy], radius, dark) => {
  for (let dy = -radius; dy <= radius; dy += 1) {
    for (let dx = -radius; dx <= radius; dx += 1) {
      set(cx + dx, cy + dy, dark.includes(Math.max(Math.abs(dx), Math.abs(dy))));
    }
  }
};

const drawFormat = (set, size, mask) => {
  const bits = formatBits(mask);
  const bit = (i) => ((bits >>> i) & 1) === 1;
  for (let i = 0; i < 15; i += 1) {
    const past = i < 6 ? i : i + 1;
    if (i < 8) set(8, past, bit(i));
    else set(i === 8 ? 7 : 14 - i, 8, bit(i));
    if (i < 8) set(size - 1 - i, 8, bit(i));
    else set(8, size - 15 + i, bit(i));
  }
  set(8, size - 8, true);
};

const drawVersion = (set, size, version) => {
  const bits = versionBits(version);
  for (let i = 0; i < 18; i += 1) {
    const [far, near] = [size - 11 + (i % 3), Math.floor(i / 3)];
    set(far, near, ((bits >>> i) & 1) === 1);
    set(near, far, ((bits >>> i) & 1) === 1);
  }
};

const drawFixed = (set, size, version) => {
  for (let i = 0; i < size; i += 1) {
    set(6, i, i % 2 === 0);
    set(i, 6, i % 2 === 0);
  }
  const corners = [[3, 3], [size - 4, 3], [3, size - 4]];
  corners.forEach((centre) => rings(set, centre, 4, [0, 1, 3]));
  const centres = centresOf(version);
  const last = centres.at(-1);
  centres.forEach((x) => centres.forEach((y) => {
    const finder = (x === 6 && y === 6) || (x === 6 && y === last) || (x === last && y === 6);
    if (!finder) rings(set, [x, y], 2, [0, 2]);
  }));
  drawFormat(set, size, 0);
  if (version >= 7) drawVersion(set, size, version);
};

// Upwards and downwards in columns two wide, from the right; the timing column is stepped over.
const drawBytes = (modules, fixed, bytes) => {
  const size = modules.length;
  let next = 0;
  for (let right = size - 1, up = true; right > 0; right -= 2, up = !up) {
    if (right === 6) right = 5;
    for (let i = 0; i < size; i += 1) {
      const y = up ? size - 1 - i : i;
      [right, right - 1].filter((x) => !fixed[y][x]).forEach((x) => {
        const byte = bytes[next >>> 3] ?? 0;
        modules[y][x] = ((byte >>> (7 - (next & 7))) & 1) === 1;
        next += 1;
      });
    }
  }
};

const LIKE_A_FINDER = [/10111010000/g, /00001011101/g];

const lineFault = (line) => {
  const text = line.map(Number).join("");
  const runs = text.match(/0+|1+/g).filter((run) => run.length >= 5);
  const finders = LIKE_A_FINDER.flatMap((form) => text.match(form) ?? []);
  return runs.reduce((sum, run) => sum + run.length - 2, 0) + 40 * finders.length;
};

const faultOf = (modules) => {
  const size = modules.length;
  const columns = modules.map((_, x) => modules.map((row) => row[x]));
  let fault = [...modules, ...columns].reduce((sum, line) => sum + lineFault(line), 0);
  for (let y = 1; y < size; y += 1) {
    for (let x = 1; x < size; x += 1) {
      const one = modules[y][x];
      if ([modules[y - 1][x], modules[y][x - 1], modules[y - 1][x - 1]].every((m) => m === one)) {
        fault += 3;
      }
    }
  }
  const dark = modules.flat().filter(Boolean).length / (size * size);
  return fault + 10 * Math.floor(Math.abs(dark - 0.5) * 20);
};

const masked = (modules, fixed, mask) => {
  const shown = modules.map((row, y) => row.map((m, x) => m !== (!fixed[y][x] && MASKS[mask](x, y))));
  drawFormat((x, y, dark) => { shown[y][x] = dark; }, shown.length, mask);
  return shown;
};

// Rows of booleans, true is dark; without the quiet zone of four modules.
export const modulesOf = (text) => {
  const { version, bytes } = bytesOf(text);
  const size = sizeOf(version);
  const modules = grid(size, false);
  const fixed = grid(size, false);
  const set = (x, y, dark) => {
    if (x < 0 || y < 0 || x >= size || y >= size) return;
    modules[y][x] = dark;
    fixed[y][x] = true;
  };
  drawFixed(set, size, version);
  drawBytes(modules, fixed, bytes);
  const candidates = MASKS.map((_, mask) => masked(modules, fixed, mask));
  return candidates.reduce((best, one) => (faultOf(one) < faultOf(best) ? one : best));
};

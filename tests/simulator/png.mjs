// Real PNG files made in code, for the phone's screen and its QR code.
// @ts-check
import { createHash } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';

/**
 * A small greyscale PNG whose checkered picture depends on `seed`, so that two phones show two screens.
 * @param {string} seed
 * @param {number} [cells] cells per side
 * @param {number} [scale] pixels per cell
 */
export function picture(seed, cells = 21, scale = 4) {
  const side = cells * scale;
  const digest = createHash('sha512').update(seed).digest();
  const rows = Buffer.alloc((side + 1) * side);
  for (let y = 0; y < side; y += 1) {
    // Each row starts with its filter type: 0, none.
    const start = y * (side + 1) + 1;
    for (let x = 0; x < side; x += 1) {
      const bit = Math.floor(y / scale) * cells + Math.floor(x / scale);
      const dark = ((digest[(bit >> 3) % digest.length] ?? 0) >> (bit & 7)) & 1;
      rows[start + x] = dark ? 0 : 255;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header[8] = 8; // bits per sample; colour type 0 (greyscale) and the three method bytes stay 0
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/**
 * @param {string} type
 * @param {Buffer} data
 */
function chunk(type, data) {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
}

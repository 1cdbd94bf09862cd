// Makes a PNG of a page smaller: areas of one colour compress best unfiltered, and browsers choose filters for photographs.
// @ts-check
import { crc32, deflateSync, inflateSync } from 'node:zlib';

/**
 * The same picture in fewer bytes.
 * @param {Buffer} png 8 bits per channel, RGB or RGBA, not interlaced: what browsers make of a page
 */
export function packed(png) {
  const chunks = chunksOf(png);
  const header = chunks.find(({ type }) => type === 'IHDR')?.data;
  if (!header || header[8] !== 8 || (header[9] !== 2 && header[9] !== 6) || header[12] !== 0) throw new Error('not a PNG as browsers make it');
  const pixel = header[9] === 2 ? 3 : 4;
  const width = header.readUInt32BE(0) * pixel;
  const rows = inflateSync(Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data)));
  unfilter(rows, width, pixel);
  const kept = chunks.filter(({ type }) => type !== 'IDAT' && type !== 'IEND');
  const all = [...kept, { type: 'IDAT', data: deflateSync(rows, { level: 9, memLevel: 9 }) }, { type: 'IEND', data: Buffer.alloc(0) }];
  return Buffer.concat([png.subarray(0, 8), ...all.map(encoded)]);
}

/**
 * Undoes each row's filter in place (RFC 2083, section 6).
 * @param {Buffer} rows each with its filter in front
 * @param {number} width bytes of a row, without its filter
 * @param {number} pixel bytes of a pixel
 */
function unfilter(rows, width, pixel) {
  const line = width + 1;
  for (let start = 0; start < rows.length; start += line) {
    const filter = rows[start];
    rows[start] = 0;
    for (let i = 1; i <= width; i += 1) {
      const left = i > pixel ? (rows[start + i - pixel] ?? 0) : 0;
      const up = start > 0 ? (rows[start - line + i] ?? 0) : 0;
      const corner = start > 0 && i > pixel ? (rows[start - line + i - pixel] ?? 0) : 0;
      const predicted = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter ?? 0] ?? 0;
      rows[start + i] = (rows[start + i] ?? 0) + predicted;
    }
  }
}

/**
 * Whichever neighbour is nearest to left + up − corner.
 * @param {number} left
 * @param {number} up
 * @param {number} corner
 */
function paeth(left, up, corner) {
  const [toLeft, toUp, toCorner] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}

/** @param {Buffer} png */
function chunksOf(png) {
  const chunks = [];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    chunks.push({ type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  return chunks;
}

/** @param {{ type: string, data: Buffer }} chunk */
function encoded({ type, data }) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}

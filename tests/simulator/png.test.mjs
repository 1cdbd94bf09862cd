// The PNG files are real: signature, chunks with right check sums, pixels that unpack to the size in the header.
// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32, inflateSync } from 'node:zlib';
import { picture } from './png.mjs';

/** @param {Buffer} png */
function chunks(png) {
  const list = [];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const type = png.toString('latin1', at + 4, at + 8);
    const data = png.subarray(at + 8, at + 8 + length);
    assert.equal(png.readUInt32BE(at + 8 + length), crc32(png.subarray(at + 4, at + 8 + length)), type);
    list.push({ type, data });
    at += 12 + length;
  }
  return list;
}

test('a picture is a valid PNG of the size it claims', () => {
  const png = picture('x', 10, 3);
  assert.deepEqual([...png.subarray(0, 8)], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const [header, pixels, end] = chunks(png);
  assert.deepEqual([header?.type, pixels?.type, end?.type], ['IHDR', 'IDAT', 'IEND']);
  assert.deepEqual([header?.data.readUInt32BE(0), header?.data.readUInt32BE(4), header?.data[8], header?.data[9]], [30, 30, 8, 0]);
  assert.equal(inflateSync(pixels?.data ?? Buffer.alloc(0)).length, 30 * 31);
});

test('the picture depends on its seed only', () => {
  assert.deepEqual(picture('a'), picture('a'));
  assert.notDeepEqual(picture('a'), picture('b'));
});

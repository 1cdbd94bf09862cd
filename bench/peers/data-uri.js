// The usual ways from bytes to a data: URI.

/** In Node. */
export function bytesToDataUri(bytes, type) {
  return `data:${type};base64,${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')}`;
}

/** Wherever `btoa` is: in pieces, since a call takes only so many arguments. */
export function chunksToDataUri(bytes, type) {
  let binary = '';
  for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return `data:${type};base64,${btoa(binary)}`;
}

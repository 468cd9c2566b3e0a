// CRC-32, as zlib's. Loading zlib brings all of Node's streams: longer than a short message takes.

/** zlib takes over from here on. */
const SHORT = 2048;
/** The polynomial of ISO 3309, its bits reversed. */
const POLYNOMIAL = 0xedb88320;

/** @param before of the bytes before these */
export function crc32(bytes: Uint8Array, before = 0): number {
  if (bytes.byteLength > SHORT) {
    const zlib = require('node:zlib') as typeof import('node:zlib');
    return zlib.crc32(bytes, before);
  }
  let crc = ~before;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (POLYNOMIAL & -(crc & 1));
  }
  return ~crc >>> 0;
}

import { randomBytes } from 'node:crypto';
import { crc32 as ofZlib } from 'node:zlib';
import { crc32 } from '../../lib/minitalk/wire/crc.js';

test.each([1, 2, 3, 1024, 2047, 2048, 2049, 5000])(
  'the checksum of %d bytes is that of zlib, also from an earlier one on',
  (length) => {
    const bytes = randomBytes(length);
    expect(crc32(bytes)).toBe(ofZlib(bytes));
    for (const before of [0, 1, 0x7fffffff, 0x80000000, 0xffffffff]) {
      expect(crc32(bytes, before)).toBe(ofZlib(bytes, before));
    }
  },
);

test('no bytes leave a checksum as it is', () => {
  const none = new Uint8Array(0);
  expect(crc32(none)).toBe(0);
  expect(crc32(none, 0xdeadbeef)).toBe(0xdeadbeef);
});

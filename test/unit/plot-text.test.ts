// What is shown of bytes that others chose.
import fc from 'fast-check';
import { counted, shortened, textOf } from '../../lib/plot/text.js';

const shown = (bytes: string | number[]) => textOf([...Buffer.from(bytes as string)]);

test('characters are themselves', () => {
  expect(shown('née 世界 👍')).toBe('née 世界 👍');
});

test('control characters have the names that C gives them, or their number', () => {
  expect(shown('a\n\t\0\x07\x1b\x01\x7f')).toBe('a\\n\\t\\0\\a\\e\\x01\\x7f');
});

test('what is no UTF-8 is shown byte by byte', () => {
  expect(shown([0x61, 0xe4, 0xff, 0xc0, 0x80, 0xe2, 0x82])).toBe('a\\xe4\\xff\\xc0\\x80\\xe2\\x82');
});

test('what has no shape, or turns the direction of writing, is named', () => {
  expect(shown('\u202e\u200b\ufeff\u2028')).toBe('\\u{202e}\\u{200b}\\u{feff}\\u{2028}');
});

test('any bytes are shown without control characters, formats or halves of a pair', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(textOf([...bytes])).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    }),
  );
});

test('a text is shortened by characters', () => {
  expect(shortened('👍👍👍', 3)).toBe('👍👍👍');
  expect(shortened('👍👍👍', 2)).toBe('👍…');
  expect(shortened('abc', 1)).toBe('');
});

test('counts', () => {
  expect([counted(1, 'bit'), counted(0, 'bit'), counted(1_234_567, 'bit')]).toEqual([
    '1 bit',
    '0 bits',
    '1,234,567 bits',
  ]);
});

import { jsonLine } from '../../lib/cli/printers/json-line.js';

test('numbers have at most three digits behind the point, whole ones all of theirs', () => {
  const line = jsonLine({
    durationMs: 1.2345678901234567,
    deep: [{ delay: 0.1 + 0.2 }],
    bytes: 2 ** 53 - 1,
  });
  expect(line).toBe('{"durationMs":1.235,"deep":[{"delay":0.3}],"bytes":9007199254740991}');
});

test('what is no number stays as it is', () => {
  const values = { text: '1.23456', none: null, yes: true, missing: undefined };
  expect(JSON.parse(jsonLine(values))).toEqual({ text: '1.23456', none: null, yes: true });
});

test('no control character is left for a terminal, and a parser gets each of them', () => {
  const text = Array.from({ length: 0x100 }, (_, i) => String.fromCharCode(i)).join('');
  const line = jsonLine({ text });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: there must be none
  expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  expect(line).toContain('\u00a0');
  expect(JSON.parse(line)).toEqual({ text });
});

import fc from 'fast-check';
import { formatDialect } from '../../lib/dialects/format.js';
import { parseDialect } from '../../lib/dialects/parse.js';
import { presets } from '../../lib/dialects/presets.js';
import { dialects } from '../support/dialects.js';

test('the spec that is formatted from a dialect says that dialect', () => {
  fc.assert(
    fc.property(dialects, (dialect) => {
      expect(parseDialect(formatDialect(dialect))).toEqual(dialect);
    }),
  );
});

test('a preset is called by its name, and no two have the same name or dialect', () => {
  for (const { name, dialect } of presets) expect(parseDialect(name)).toBe(dialect);
  expect(new Set(presets.map(({ name }) => name)).size).toBe(presets.length);
  expect(new Set(presets.map(({ dialect }) => formatDialect(dialect))).size).toBe(presets.length);
});

test('a key that is missing has its default', () => {
  expect(formatDialect(parseDialect('ack=none'))).toBe('order=msb,one=usr2,end=nul,ack=none');
});

test('a length has the order of the text, unless told', () => {
  expect(parseDialect('order=lsb,length=32').length?.order).toBe('lsb');
  expect(parseDialect('order=lsb,length=32:msb').length?.order).toBe('msb');
});

test.each([
  ['nonsense', 'that is no preset, and no key=value'],
  ['order=msb,usr2', '"usr2": expected key=value'],
  ['ordr=msb', 'unknown key "ordr": expected order, one, handshake,'],
  ['constructor=msb', 'unknown key "constructor"'],
  ['order=msb,order=lsb', 'order is there twice'],
  ['order=big', 'order=big: expected msb or lsb'],
  ['one=1', 'one=1: expected usr1 or usr2'],
  ['handshake=usr1', 'handshake=usr1: expected none, nul, or two signals'],
  ['length=16', 'length=16: expected none, 32 or 64'],
  ['length=32:nul:nul', 'expected none, 32 or 64'],
  ['length=32:msb:lsb', 'expected msb or lsb, not both'],
  ['length=32:repeats', 'expected :repeats behind 64 only'],
  ['end=dot', 'end=dot: expected nul, newline, newline+nul or none'],
  ['ack=bit', 'ack=bit: expected none, or bit, byte or message'],
  ['ack=byte:echo', 'expected echo behind bit: only'],
  ['ack=message:usr1:notlast', 'expected :notlast behind bit or byte'],
  ['byte=usr3', 'byte=usr3: expected usr1, usr2 or none'],
  ['final=usr1+usr2+usr1', 'expected none, a signal, or two'],
  ['gap=1000001', 'expected none, or 0 to 1000000 µs'],
  ['gap=-1', 'expected none, or 0 to 1000000 µs'],
  ['ack=bit:usr1,gap=50', 'gap=… is for signals that are not acknowledged'],
  ['ack=bit:usr1,byte=usr1', 'nobody could tell them apart'],
  ['ack=bit:echo,byte=usr1', 'nobody could tell them apart'],
  ['byte=usr1', 'byte=… needs ack=bit:…'],
  ['length=32:nul,end=none', 'length=…:nul counts a NUL: it needs end=nul'],
  ['handshake=nul,length=32:typed', 'handshake=nul and a typed length'],
  ['length=32,end=newline', 'end=newline and a length'],
])('%s is refused: %s', (spec, why) => {
  expect(() => parseDialect(spec)).toThrow(
    expect.objectContaining({
      code: 'ERR_INVALID_DIALECT',
      message: expect.stringContaining(why),
    }),
  );
});

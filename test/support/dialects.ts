// Dialects and texts for properties.
import fc from 'fast-check';
import { assertCarries } from '../../lib/dialects/carries.js';
import type { Dialect } from '../../lib/dialects/dialect.js';
import { parseDialect } from '../../lib/dialects/parse.js';
import { presets } from '../../lib/dialects/presets.js';

const signal = fc.constantFrom('usr1', 'usr2');
const signalOrNone = fc.constantFrom('usr1', 'usr2', 'none');

/** Specs of dialects, most of them of nobody; some contradict themselves. */
const specs = fc
  .record({
    order: fc.constantFrom('msb', 'lsb'),
    one: signal,
    handshake: fc.constantFrom('none', 'nul', 'usr1:usr1', 'usr2:usr1'),
    length: fc
      .tuple(
        fc.constantFrom('none', '32', '64'),
        fc.subarray(['lsb', 'nul', 'repeats', 'typed'] as string[]),
      )
      .map(([width, words]) => (width === 'none' ? width : [width, ...words].join(':'))),
    end: fc.constantFrom('nul', 'newline', 'newline+nul', 'none'),
    ack: fc
      .tuple(
        fc.constantFrom('none', 'bit', 'byte', 'message'),
        fc.constantFrom('usr1', 'usr2', 'echo'),
        fc.constantFrom('', ':notlast'),
      )
      .map(([of, by, last]) => (of === 'none' ? of : `${of}:${by}${last}`)),
    byte: signalOrNone,
    final: fc.constantFrom('none', 'usr1', 'usr2', 'usr1+usr2', 'usr2+usr1'),
    busy: signalOrNone,
    gap: fc.constantFrom('none', '0', '150'),
  })
  .map((values) =>
    Object.entries(values)
      .map(([key, value]) => `${key}=${value}`)
      .join(','),
  );

export function isDialect(spec: string): boolean {
  try {
    parseDialect(spec);
    return true;
  } catch {
    return false;
  }
}

/** The presets, and others. */
export const dialects: fc.Arbitrary<Dialect> = fc.oneof(
  fc.constantFrom(...presets.map(({ dialect }) => dialect)),
  specs.filter(isDialect).map(parseDialect),
);

/** Any bytes, those that end texts among them more often than elsewhere. */
export const texts = fc.array(fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0, 10)), {
  maxLength: 40,
});

export function carries(dialect: Dialect, text: Uint8Array): boolean {
  try {
    assertCarries(dialect, text);
    return true;
  } catch {
    return false;
  }
}

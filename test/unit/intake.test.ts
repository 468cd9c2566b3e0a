import fc from 'fast-check';
import { IncomingMessage } from '../../lib/minitalk/server/incoming.js';
import { bitAssembler, bitIntake } from '../../lib/minitalk/server/intake/bits.js';
import type { RecordBatch } from '../../lib/signals/internal/record.js';

test('a frame of bits that is cut anywhere goes on behind the part that was kept', () => {
  const frames = fc.uint8Array({ minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(frames, fc.array(fc.nat()), (bytes, cuts) => {
      const wire = Buffer.from(bytes);
      const total = 8 * wire.length;
      const bit = (i: number) => (((wire[i >> 3] as number) >> (7 - (i & 7))) & 1) as 0 | 1;
      const places = [...cuts.map((cut) => cut % total), total].sort((a, b) => a - b);
      let assembler = bitAssembler(64);
      assembler.begin(wire.length);
      let sent = 0;
      for (const place of places) {
        for (; sent < place; sent += 1) assembler.put(bit(sent), sent);
        const part = assembler.part(sent);
        expect(part?.count).toBe(sent);
        // Another message's bits come in between.
        assembler = bitAssembler(64);
        assembler.begin(wire.length, part);
      }
      expect(assembler.isWhole()).toBe(true);
      expect(assembler.frame()).toEqual(wire);
    }),
  );
});

test('bits may come in any order, and of those behind the part that is kept nothing is', () => {
  const frames = fc.uint8Array({ minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(frames, fc.nat(), fc.infiniteStream(fc.nat()), (bytes, at, random) => {
      const wire = Buffer.from(bytes);
      const total = 8 * wire.length;
      const bit = (i: number) => (((wire[i >> 3] as number) >> (7 - (i & 7))) & 1) as 0 | 1;
      const shuffled = (from: number, to: number) =>
        Array.from({ length: to - from }, (_, i) => from + i)
          .map((i) => ({ i, key: random.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ i }) => i);
      const kept = at % total;
      const assembler = bitAssembler(64);
      assembler.begin(wire.length);
      // All that is kept, and of the round behind it half.
      for (const i of shuffled(0, kept)) assembler.put(bit(i), i);
      for (let i = kept + 1; i < total; i += 2) assembler.put(bit(i), i);
      const part = assembler.part(kept);
      expect(part?.count).toBe(kept);
      // Bits behind the last are 0: what comes next may be a 0.
      const bits = (part?.bytes.toString('hex') ?? '')
        .split('')
        .map((digit) => Number.parseInt(digit, 16).toString(2).padStart(4, '0'))
        .join('');
      expect(bits).toHaveLength(8 * Math.ceil(kept / 8));
      expect(bits.slice(kept)).not.toMatch(/1/);
      assembler.begin(wire.length, part);
      for (const i of shuffled(kept, total)) {
        expect(assembler.isWhole()).toBe(false);
        assembler.put(bit(i), i);
      }
      expect(assembler.isWhole()).toBe(true);
      expect(assembler.frame()).toEqual(wire);
    }),
  );
});

describe('a frame that comes bit by bit', () => {
  /** Each bit a ms after the one before, with the uid of its number. */
  const batch = {
    time: (i: number) => BigInt(i) * 1_000_000n,
    uid: (i: number) => i,
  } as unknown as RecordBatch;

  test('is its message from the first bit to the last', () => {
    const message = new IncomingMessage(1, 1, 'bit'); // and 4 bytes of checksum
    const intake = bitIntake();
    intake.begin(message);
    for (let i = 7; i < 7 + 39; i += 1) intake.take(1, i - 7, batch, i);
    expect([intake.whole(), message.uid]).toEqual([undefined, 7]);
    intake.take(0, 39, batch, 100);
    expect(intake.whole()).toEqual(Buffer.from('fffffffffe', 'hex'));
    expect(message.durationMs).toBe(93);
  });

  test('is its own, when the next one comes', () => {
    const intake = bitIntake();
    intake.begin(new IncomingMessage(1, 0, 'bit'));
    for (let i = 0; i < 32; i += 1) intake.take(1, i, batch, i);
    const whole = intake.whole();
    intake.begin(new IncomingMessage(2, 0, 'bit'));
    for (let i = 0; i < 32; i += 1) intake.take(0, i, batch, i);
    expect(whole).toEqual(Buffer.from('ffffffff', 'hex'));
    expect(intake.whole()).toEqual(Buffer.alloc(4));
  });

  test('is kept only where all that was counted is here', () => {
    const intake = bitIntake();
    intake.begin(new IncomingMessage(1, 0, 'bit'));
    for (let i = 0; i < 10; i += 1) intake.take(1, i, batch, i);
    expect(intake.part(10)).toEqual({ count: 10, bytes: Buffer.from('ffc0', 'hex') });
    expect(intake.part(11)).toBeUndefined();
  });
});

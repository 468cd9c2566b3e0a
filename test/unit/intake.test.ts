import fc from 'fast-check';
import { bitAssembler } from '../../lib/minitalk/server/intake/bits.js';

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
        for (; sent < place; sent += 1) assembler.push(bit(sent));
        const part = assembler.part();
        expect(part.count).toBe(sent);
        // Another message's bits come in between.
        assembler = bitAssembler(64);
        assembler.begin(wire.length, part);
      }
      expect(assembler.isWhole()).toBe(true);
      expect(assembler.frame()).toEqual(wire);
    }),
  );
});

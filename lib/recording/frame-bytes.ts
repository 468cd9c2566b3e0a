// What is known of a frame: it may come bit by bit, or word by word, in any order, and more than once.

const FIRST_CAPACITY = 64;
const ALL_BITS = 0xff;

export interface FrameBytes {
  /** @param at the bit's place in the frame */
  putBit(at: number, one: 0 | 1): void;
  /** @param at the first byte's place in the frame */
  putBytes(at: number, bytes: Uint8Array): void;
  /** The first `length` bytes, if all their bits are there. */
  whole(length: number): Buffer | undefined;
  /** The bytes whose bits are all there, where they follow one another. */
  known(): { at: number; bytes: Buffer }[];
}

/** @param most bytes: what is behind them is left out */
export function frameBytes(most: number): FrameBytes {
  let bytes = Buffer.alloc(0);
  /** Which bits of each are there. */
  let there = Buffer.alloc(0);

  function makeRoom(length: number): void {
    if (length <= bytes.length) return;
    const capacity = Math.min(most, Math.max(FIRST_CAPACITY, 2 * length));
    bytes = Buffer.concat([bytes], capacity);
    there = Buffer.concat([there], capacity);
  }

  return {
    putBit(at, one) {
      const byte = Math.floor(at / 8);
      if (byte >= most) return;
      makeRoom(byte + 1);
      const mask = 0x80 >> (at % 8);
      const others = (bytes[byte] as number) & ~mask;
      bytes[byte] = one === 1 ? others | mask : others;
      there[byte] = (there[byte] as number) | mask;
    },
    putBytes(at, given) {
      if (at >= most) return;
      const end = Math.min(most, at + given.length);
      makeRoom(end);
      bytes.set(given.subarray(0, end - at), at);
      there.fill(ALL_BITS, at, end);
    },
    whole(length) {
      if (length > there.length) return undefined;
      const isWhole = there.subarray(0, length).every((bits) => bits === ALL_BITS);
      return isWhole ? bytes.subarray(0, length) : undefined;
    },
    known() {
      const pieces: { at: number; bytes: Buffer }[] = [];
      let from = 0;
      for (let at = 0; at <= there.length; at += 1) {
        if (there[at] === ALL_BITS) continue;
        if (at > from) pieces.push({ at: from, bytes: bytes.subarray(from, at) });
        from = at + 1;
      }
      return pieces;
    },
  };
}

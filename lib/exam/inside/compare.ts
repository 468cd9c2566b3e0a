// What became of a text on its way, told from what was printed.

export interface Comparison {
  readonly isSame: boolean;
  readonly seen: string;
  readonly cause?: string;
}

/** How many bits must agree behind a fault before it is called a shift. */
const AGREEING_BITS = 12;

export function compare(expected: Buffer, printed: Buffer): Comparison {
  if (printed.includes(expected) && expected.length > 0) {
    return { isSame: true, seen: `${expected.length} bytes, exact` };
  }
  const got = trimmed(printed);
  if (got.equals(expected)) return { isSame: true, seen: 'as sent' };
  if (got.length === 0) return { isSame: false, seen: 'nothing was printed' };
  const at = firstDifference(expected, got);
  if (at === got.length) {
    return { isSame: false, seen: `only ${got.length} of ${expected.length} bytes were printed` };
  }
  const seen = `wrong from byte ${at} of ${expected.length} on: ${quoted(got.subarray(at, at + 12))} instead of ${quoted(expected.subarray(at, at + 12))}`;
  const cause = shiftCause(expected, got, at);
  return { isSame: false, seen, ...(cause !== undefined && { cause }) };
}

/** Without the newlines that a server prints around a text. */
function trimmed(printed: Buffer): Buffer {
  return Buffer.from(printed.toString('latin1').replace(/^\n+|\n+$/g, ''), 'latin1');
}

function firstDifference(a: Buffer, b: Buffer): number {
  for (let i = 0; i < b.length; i += 1) if (a[i] !== b[i]) return i;
  return b.length;
}

function shiftCause(expected: Buffer, got: Buffer, at: number): string | undefined {
  for (const lsb of [false, true]) {
    const sent = bitsOf(expected.subarray(at, at + 8), lsb);
    const came = bitsOf(got.subarray(at, at + 8), lsb);
    for (let i = 0; i < 8; i += 1) {
      if (agree(sent, i + 1, came, i)) {
        return 'a bit was lost, and all that follows is shifted: two signals of one number merged, because the second was sent before the first was taken. Sleep longer between bits, or better: wait for an answer to each';
      }
      if (agree(sent, i, came, i + 1)) {
        return 'a bit was counted twice, and all that follows is shifted: the client sent one again, or a signal of somebody else was taken for one';
      }
    }
  }
  return undefined;
}

/** Whether the rest of both is the same, and the beginning, too. */
function agree(sent: string, from: number, came: string, to: number): boolean {
  const before = Math.min(from, to);
  const length = Math.min(sent.length - from, came.length - to, 4 * AGREEING_BITS);
  return (
    length >= AGREEING_BITS &&
    sent.slice(0, before) === came.slice(0, before) &&
    sent.slice(from, from + length) === came.slice(to, to + length)
  );
}

function bitsOf(bytes: Buffer, lsb: boolean): string {
  return [...bytes]
    .map((byte) => {
      const bits = byte.toString(2).padStart(8, '0');
      return lsb ? [...bits].reverse().join('') : bits;
    })
    .join('');
}

export function quoted(bytes: Buffer): string {
  return JSON.stringify(bytes.toString('latin1')).replace(
    /[\u007f-\u00ff]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16)}`,
  );
}

// What became of a text on its way, told from what was printed.

export interface Comparison {
  readonly isSame: boolean;
  readonly seen: string;
  readonly cause?: string;
}

const WAIT = 'Sleep longer between bits, or better: wait for an answer to each';
const LOST = `a bit was lost, and all that follows is shifted: two signals of one number merged, because the second was sent before the first was taken. ${WAIT}`;
const TWICE =
  'a bit was counted twice, and all that follows is shifted: the client sent one again, or a signal of somebody else was taken for one';
const SEVERAL = `bits were lost at several places, or bits and bytes are put together wrongly. Signals of one number merge when the second is sent before the first was taken. ${WAIT}`;
const NO_END = `the server saw no end of the text: the client sent none, or bits were lost. ${WAIT}`;
const CUT =
  'bits were lost, and with them the end; or the server keeps less than the whole text: its buffer is too small';

/** How many bits must agree behind a fault before it is called a shift. */
const AGREEING_BITS = 12;

export function compare(expected: Buffer, printed: Buffer): Comparison {
  if (printed.includes(expected) && expected.length > 0) {
    return { isSame: true, seen: `${expected.length} bytes, exact` };
  }
  const got = trimmed(printed);
  if (got.equals(expected)) return { isSame: true, seen: 'as sent' };
  if (got.length === 0) return { isSame: false, seen: 'nothing was printed', cause: NO_END };
  const at = firstDifference(expected, got);
  if (at === got.length) {
    const seen = `only ${got.length} of ${expected.length} bytes were printed`;
    return { isSame: false, seen, cause: CUT };
  }
  const seen = `wrong from byte ${at} of ${expected.length} on: ${quoted(got.subarray(at, at + 12))} instead of ${quoted(expected.subarray(at, at + 12))}`;
  return { isSame: false, seen, cause: shiftCause(expected, got, at) ?? SEVERAL };
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
      if (agree(sent, i + 1, came, i)) return LOST;
      if (agree(sent, i, came, i + 1)) return TWICE;
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

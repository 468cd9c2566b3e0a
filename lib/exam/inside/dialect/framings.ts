// All ways in which a text may become signals, and which of them made a sequence that was seen.
import type { Dialect, Signal, Terminator } from '../../../dialects/dialect.js';
import { encode, type Step, signalOfStep } from '../../../dialects/encode.js';
import { parseDialect } from '../../../dialects/parse.js';

/** A dialect of which only that is known that does not depend on answers. */
export interface Framing {
  readonly dialect: Dialect;
  readonly signals: readonly Signal[];
}

const ones = ['usr2', 'usr1'];
const orders = ['msb', 'lsb'];
const openings = ['', 'handshake=usr1:usr1', 'handshake=usr2:usr2', 'handshake=nul'];
const widths = ['32', '64', '64:repeats'];
const ends: readonly Terminator[] = ['nul', 'none', 'newline', 'newline+nul'];

/** The more common ones come first. */
const specs: readonly string[] = [...ends.map((end) => ({ end, length: '' })), ...lengths()]
  .flatMap(({ end, length }) => openings.map((opening) => ({ end, length, opening })))
  // A type signal without a handshake before it would look like one.
  .filter(({ length, opening }) => !length.includes('typed') || opening.startsWith('handshake=usr'))
  .flatMap((each) => orders.map((order) => ({ ...each, order })))
  .flatMap((each) => ones.map((one) => ({ ...each, one })))
  .map(({ order, one, opening, length, end }) =>
    [`order=${order}`, `one=${one}`, opening, length, `end=${end}`].filter(Boolean).join(','),
  );

function lengths(): { end: Terminator; length: string }[] {
  return [false, true].flatMap((isTyped) =>
    widths.flatMap((width) => {
      const length = `length=${width}${isTyped ? ':typed' : ''}`;
      return [
        { end: 'none' as const, length },
        { end: 'nul' as const, length },
        { end: 'nul' as const, length: `${length}:nul` },
      ];
    }),
  );
}

/** All that say a text. */
export function stepsOf(dialect: Dialect, text: string): Step[] {
  return [...encode(dialect, Buffer.from(text))].flatMap((piece) => [...piece]);
}

/** Of a text that says each of them apart: no byte twice, none that is its own mirror image. */
export function framingsOf(text: string): Framing[] {
  return specs.map((spec) => {
    const dialect = parseDialect(spec);
    return { dialect, signals: stepsOf(dialect, text).map(signalOfStep) };
  });
}

export function framingOf(
  framings: readonly Framing[],
  signals: readonly Signal[],
): Framing | undefined {
  return framings.find((framing) => same(framing.signals, signals));
}

/** Two that come at once change places, where they come in the order of their numbers. */
const FEW_PLACES = 2;

/** The framing from which the sequence differs by a few signals that are too many, or missing. */
export function nearlyFramingOf(
  framings: readonly Framing[],
  signals: readonly Signal[],
): { framing: Framing; extra: number } | undefined {
  const most = Math.ceil(signals.length / 8);
  const near = framings
    .map((framing) => ({ framing, extra: signals.length - framing.signals.length }))
    .filter(({ extra }) => extra !== 0 && Math.abs(extra) <= most)
    .map((each) => {
      const least = Math.min(signals.length, each.framing.signals.length);
      return { ...each, misplaced: least - commonTo(each.framing.signals, signals) };
    })
    .filter(({ misplaced }) => misplaced <= FEW_PLACES)
    .sort((a, b) => a.misplaced - b.misplaced || Math.abs(a.extra) - Math.abs(b.extra));
  return near[0];
}

function same(a: readonly Signal[], b: readonly Signal[]): boolean {
  return a.length === b.length && a.every((signal, i) => signal === b[i]);
}

/** How many signals both have, in the same order: the length of their longest common subsequence. */
function commonTo(a: readonly Signal[], b: readonly Signal[]): number {
  let lengths = Array<number>(b.length + 1).fill(0);
  for (const signal of a) {
    const next = [0];
    for (const [i, other] of b.entries()) {
      const longer = Math.max(lengths[i + 1] as number, next[i] as number);
      next.push(signal === other ? (lengths[i] as number) + 1 : longer);
    }
    lengths = next;
  }
  return lengths.at(-1) as number;
}

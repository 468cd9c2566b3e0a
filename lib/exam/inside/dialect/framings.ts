// All ways in which a text may become signals, and which of them made a sequence that was seen.
import type { Dialect, Signal, Terminator } from '../../../dialects/dialect.js';
import { encode, signalOfStep } from '../../../dialects/encode.js';
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

/** Of a text that says each of them apart: no byte twice, none that is its own mirror image. */
export function framingsOf(text: string): Framing[] {
  return specs.map((spec) => {
    const dialect = parseDialect(spec);
    const steps = [...encode(dialect, Buffer.from(text))].flatMap((piece) => [...piece]);
    return { dialect, signals: steps.map(signalOfStep) };
  });
}

export function framingOf(
  framings: readonly Framing[],
  signals: readonly Signal[],
): Framing | undefined {
  return framings.find((framing) => same(framing.signals, signals));
}

/** The framing from which the sequence differs by a few signals that are too many, or missing. */
export function nearlyFramingOf(
  framings: readonly Framing[],
  signals: readonly Signal[],
): { framing: Framing; extra: number } | undefined {
  const most = Math.ceil(signals.length / 8);
  const near = framings
    .map((framing) => ({ framing, extra: signals.length - framing.signals.length }))
    .filter(({ framing, extra }) => {
      if (extra === 0 || Math.abs(extra) > most) return false;
      return extra > 0 ? isWithin(framing.signals, signals) : isWithin(signals, framing.signals);
    });
  return near.sort((a, b) => Math.abs(a.extra) - Math.abs(b.extra))[0];
}

function same(a: readonly Signal[], b: readonly Signal[]): boolean {
  return a.length === b.length && a.every((signal, i) => signal === b[i]);
}

/** Whether `part` is `whole` without some of its signals. */
function isWithin(part: readonly Signal[], whole: readonly Signal[]): boolean {
  let found = 0;
  for (const signal of whole) if (signal === part[found]) found += 1;
  return found === part.length;
}

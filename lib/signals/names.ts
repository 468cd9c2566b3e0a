import { constants } from 'node:os';
import { binding } from '../binding/signals.js';
import { SignalError } from './errors.js';

/** A signal's name: Node's own, or `SIGRTMIN`, `SIGRTMIN+n`, `SIGRTMAX-n`, `SIGRTMAX`. */
export type SignalName =
  | NodeJS.Signals
  | `SIGRTMIN${'' | `+${number}`}`
  | `SIGRTMAX${'' | `-${number}`}`;

/** One signal or several, each by name or number. */
export type SignalSet = SignalName | number | readonly (SignalName | number)[];

const byNumber = new Map(binding.signals.map(({ number, name }) => [number, name]));
// Node's have second names, too: SIGIOT, SIGPOLL.
const byName = new Map<string, number>(Object.entries(constants.signals));
for (const [number, name] of byNumber) byName.set(name, number);

/**
 * The number of a signal in this C library, see signal(7).
 * @throws SignalError ERR_UNKNOWN_SIGNAL
 */
export function signalNumber(signal: SignalName | number): number {
  if (typeof signal === 'number') {
    if (Number.isInteger(signal) && signal >= 1 && signal <= 64) return signal;
  } else {
    const number = byName.get(signal) ?? realtimeNumber(signal);
    if (number !== undefined) return number;
  }
  throw new SignalError(
    'ERR_UNKNOWN_SIGNAL',
    `unknown signal ${JSON.stringify(signal)}: expected a name such as "SIGTERM" or "SIGRTMIN+3", or a number from 1 to 64`,
  );
}

function realtimeNumber(name: string): number | undefined {
  const match = /^SIGRT(?:MIN(?:\+(\d{1,2}))?|MAX(?:-(\d{1,2}))?)$/.exec(name);
  if (match === null || binding.realtimeMin === 0) return undefined;
  const number = name.startsWith('SIGRTMIN')
    ? binding.realtimeMin + Number(match[1] ?? 0)
    : binding.realtimeMax - Number(match[2] ?? 0);
  return number >= binding.realtimeMin && number <= binding.realtimeMax ? number : undefined;
}

/** @throws SignalError ERR_INVALID_ARG_VALUE */
export function signalList(signals: SignalSet): readonly (SignalName | number)[] {
  if (typeof signals === 'string' || typeof signals === 'number') return [signals];
  if (Array.isArray(signals)) return signals;
  throw new SignalError(
    'ERR_INVALID_ARG_VALUE',
    `invalid signals ${String(signals)}: expected a name such as "SIGTERM", a number, or an array of them`,
  );
}

/** The name of a signal number; `SIG<n>` for one that has none. */
export function signalName(number: number): string {
  const known = byNumber.get(number);
  if (known !== undefined) return known;
  if (binding.realtimeMin !== 0 && number >= binding.realtimeMin && number <= binding.realtimeMax) {
    const offset = number - binding.realtimeMin;
    return offset === 0 ? 'SIGRTMIN' : `SIGRTMIN+${offset}`;
  }
  return `SIG${number}`;
}

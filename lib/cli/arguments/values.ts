// What a word of a command line means.
import { InvalidArgumentError } from 'commander';
import type { SignalName } from '../../signals/names.js';

/** Loaded when there is one: the help needs no addon, and this one does. */
const names = () => require('../../signals/names.js') as typeof import('../../signals/names.js');

const msOf = { ms: 1, s: 1000, m: 60_000 } as const;

/** A time on the command line as milliseconds: `500ms`, `2s`, `1m`; a bare number is seconds. */
export function parseTime(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text);
  const ms = Number(match?.[1]) * msOf[(match?.[2] ?? 's') as keyof typeof msOf];
  // setTimeout's limit is 2^31 - 1 ms.
  if (!(ms > 0 && ms <= 2_000_000_000)) {
    throw new InvalidArgumentError(
      'expected seconds, or a time such as 500ms, 2s or 1m: more than 0, at most 2000000s.',
    );
  }
  return ms;
}

const nsOf = { us: 1e3, ms: 1e6, s: 1e9, m: 60e9 } as const;

/** A moment of a recording as ns: `800us`, `20ms`, `2s`, `1m`; a bare number is seconds. */
export function parseMoment(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(us|ms|s|m)?$/.exec(text);
  const ns = Number(match?.[1]) * nsOf[(match?.[2] ?? 's') as keyof typeof nsOf];
  if (!(ns <= Number.MAX_SAFE_INTEGER)) {
    throw new InvalidArgumentError('expected seconds, or a time such as 800us, 20ms, 2s or 1m.');
  }
  return Math.round(ns);
}

/** A process that was; 0: one whose pid nobody told. */
export function parsePid(text: string): number {
  if (/^\d{1,7}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('expected a pid.');
}

/** Bytes on the command line, with K, M or G for the powers of 1,024. */
export function parseBytes(text: string): number {
  const match = /^(\d{1,10})([KMG]?)$/i.exec(text);
  const unit =
    { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 }[match?.[2]?.toUpperCase() ?? ''] ?? Number.NaN;
  const bytes = Number(match?.[1]) * unit;
  if (!(bytes >= 0 && bytes < 2 ** 32)) {
    throw new InvalidArgumentError('expected bytes, 0 to 4294967295; 64M is 67108864.');
  }
  return bytes;
}

export function parseUid(text: string, previous: readonly number[] | undefined): readonly number[] {
  const uid = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (!(uid < 2 ** 32 - 1)) throw new InvalidArgumentError('expected a numeric user id.');
  return [...(previous ?? []), uid];
}

/** A signal's number, from what kill(1) takes: `SIGUSR1`, `usr1`, `RTMIN+3`, `10`. */
export function parseSignal(text: string): number {
  const { signalNumber } = names();
  const name = text.toUpperCase();
  try {
    if (/^\d{1,2}$/.test(text)) return signalNumber(Number(text));
    return signalNumber((name.startsWith('SIG') ? name : `SIG${name}`) as SignalName);
  } catch {
    throw new InvalidArgumentError('expected a name such as SIGTERM or SIGRTMIN+3, or 1 to 64.');
  }
}

export function parseBurstSignal(text: string): SignalName | 'none' {
  if (text === 'none') return text;
  const { signalNumber } = names();
  const name = text as SignalName;
  try {
    if (name.startsWith('SIGRT') && signalNumber(name)) return name;
  } catch {
    // Out of range, as said below.
  }
  throw new InvalidArgumentError('expected "none" or a realtime signal such as SIGRTMIN+7.');
}

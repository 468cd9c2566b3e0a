// From bytes to signals, and to what is awaited after each.
import { assertCarries } from './carries.js';
import {
  acknowledgementOf,
  type Dialect,
  type LengthHeader,
  otherThan,
  type Signal,
  signalOf,
  terminatorOf,
} from './dialect.js';

/**
 * A signal, in bits 0 and 1, and which ones are awaited before the next, in bits 2 (SIGUSR1)
 * and 3 (SIGUSR2): native/core/dialects/send.h.
 */
export type Step = number;

const PIECE_BYTES = 4096;
const AWAITED_SHIFT = 2;

export function stepOf(signal: Signal, awaited: readonly Signal[]): Step {
  return awaited.reduce((step, each) => step | (each << AWAITED_SHIFT), signal as number);
}

export function signalOfStep(step: Step): Signal {
  return (step & 3) as Signal;
}

export function awaitedOf(step: Step): readonly Signal[] {
  return ([1, 2] as const).filter((signal) => step & (signal << AWAITED_SHIFT));
}

/** How many signals a text of so many bytes takes. */
export function stepCount(dialect: Dialect, bytes: number): number {
  const { length } = dialect;
  return (
    opening(dialect).length +
    8 * Number(dialect.handshake === 'nul') +
    (length?.bits ?? 0) +
    8 * (bytes + terminatorOf(dialect).length)
  );
}

/**
 * The steps that say `text`, in pieces of some kB.
 * @throws MinitalkError EILSEQ, EMSGSIZE, before the first piece
 */
export function encode(dialect: Dialect, text: Uint8Array): Iterable<Uint8Array> {
  assertCarries(dialect, text);
  return pieces(dialect, text);
}

function* pieces(dialect: Dialect, text: Uint8Array): Generator<Uint8Array, undefined> {
  const toStep = stepMaker(dialect, stepCount(dialect, text.length));
  yield Uint8Array.from(opening(dialect));
  if (dialect.handshake === 'nul') yield stepsOf([0], dialect.order, toStep);
  const { length } = dialect;
  if (length !== undefined) {
    yield stepsOf(headerBytes(length, text.length), length.order, toStep);
  }
  for (let at = 0; at < text.length; at += PIECE_BYTES) {
    yield stepsOf(text.subarray(at, at + PIECE_BYTES), dialect.order, toStep);
  }
  yield stepsOf(terminatorOf(dialect), dialect.order, toStep);
}

/** The signals before the first byte. */
function opening({ handshake, length, ack }: Dialect): Step[] {
  const steps: Step[] = [];
  if (typeof handshake === 'object') {
    steps.push(stepOf(signalOf(handshake.sends), [signalOf(handshake.answers)]));
  }
  if (length?.typed) {
    const type = length.bits === 32 ? 1 : 2;
    steps.push(stepOf(type, ack?.of === 'bit' ? [acknowledgementOf(ack, type)] : []));
  }
  return steps;
}

type ToStep = (bit: number) => Step;

function stepMaker(dialect: Dialect, total: number): ToStep {
  const { ack, final } = dialect;
  const one = signalOf(dialect.one);
  const zero = otherThan(one);
  const bits = total - opening(dialect).length;
  const toAwait = (signal: Signal, isLast: boolean, endsByte: boolean): readonly Signal[] => {
    const finals = isLast ? final.map(signalOf) : [];
    const isAcknowledged =
      ack !== undefined &&
      (ack.of === 'bit' || (ack.of === 'byte' && endsByte) || isLast) &&
      (ack.last || !isLast);
    return isAcknowledged ? [acknowledgementOf(ack, signal), ...finals] : finals;
  };
  const within = [zero, one].map((signal) => stepOf(signal, toAwait(signal, false, false)));
  const byteEnds = [zero, one].map((signal) => stepOf(signal, toAwait(signal, false, true)));
  const last = [zero, one].map((signal) => stepOf(signal, toAwait(signal, true, true)));
  let sent = 0;
  return (bit) => {
    sent += 1;
    const steps = sent === bits ? last : sent % 8 === 0 ? byteEnds : within;
    return steps[bit] as Step;
  };
}

function stepsOf(bytes: ArrayLike<number>, order: 'msb' | 'lsb', toStep: ToStep): Uint8Array {
  const steps = new Uint8Array(8 * bytes.length);
  for (let i = 0; i < steps.length; i += 1) {
    const shift = order === 'msb' ? 7 - (i % 8) : i % 8;
    steps[i] = toStep(((bytes[i >> 3] as number) >> shift) & 1);
  }
  return steps;
}

/** In the order in which they are sent. */
function headerBytes({ bits, order, countsNul, repeats }: LengthHeader, length: number): number[] {
  const half = Buffer.alloc(4);
  half.writeUInt32BE(length + Number(countsNul));
  const upper = repeats ? [...half] : [0, 0, 0, 0];
  const bytes = bits === 32 ? [...half] : [...upper, ...half];
  return order === 'msb' ? bytes : bytes.reverse();
}

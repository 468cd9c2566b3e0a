// What an event does to the wires of a value change dump.
import { Kind, offerKind } from '../../minitalk/wire/word.js';
import type { BitEvent, ControlEvent, RecordedSignal, SignalEvent } from '../format.js';
import type { ReadEvent } from '../read.js';

/** A pulse, or the value that a bus has from then on. */
export interface Effect {
  readonly wire: string;
  /** Bits of a bus, and its value in binary digits. */
  readonly bus?: { readonly width: number; readonly value: string };
}

/** Bytes that some bits of have come, by their place. */
export type PartialBytes = Map<string, { value: number; there: number }>;

const BYTE = 8;
const COUNT = 32;
const CONTROL = 4;
/** Of the longest data word. */
const WORD = 192;
const ALL_BITS = 0xff;

/** The conversation: the one in which the other process sends data, or the one in which it is sent data. */
export function scopeOf(event: ReadEvent): string {
  switch (event.is) {
    case 'unrecorded':
    case 'end':
      return '';
    case 'frame':
      return `from_${event.pid}`;
    case 'welcome':
    case 'grant':
    case 'ack':
    case 'answer':
    case 'wait':
    case 'delivered':
    case 'refused':
    case 'closed':
      return `${event.way === 'out' ? 'from' : 'to'}_${event.pid}`;
    default:
      return `${event.way === 'in' ? 'from' : 'to'}_${event.pid}`;
  }
}

/** @param bytes of the event's scope */
export function effectsOf(event: ReadEvent, bytes: PartialBytes): Effect[] {
  switch (event.is) {
    case 'end':
      return [];
    case 'frame':
    case 'unrecorded':
      return [{ wire: event.is }];
    default:
      return event.error === undefined ? effectsOfSignal(event, bytes) : [{ wire: 'failed' }];
  }
}

function effectsOfSignal(event: SignalEvent, bytes: PartialBytes): Effect[] {
  switch (event.is) {
    case 'query':
      return [{ wire: 'query' }];
    case 'ack':
    case 'answer':
      return [{ wire: event.is }, busOf('count', COUNT, event.count.toString(2))];
    case 'bit':
      return [...pulses(event), ...byteOf(event, bytes)];
    case 'word':
      return [...pulses(event), ...(event.spare ? [] : [busOf('word', WORD, binary(event.data))])];
    case 'step':
    case 'signal':
      return pulses(event);
    default:
      return [busOf('control', CONTROL, kindOf(event).toString(2))];
  }
}

function busOf(wire: string, width: number, value: string): Effect {
  return { wire, bus: { width, value: value.slice(-width) } };
}

const MARKS = ['again', 'spare', 'stray', 'late'] as const;

/** Of the signal itself, and of what is said of it. */
function pulses(event: RecordedSignal & Partial<Record<(typeof MARKS)[number], true>>): Effect[] {
  const wires = [event.signal.replace(/^SIG/, '').toLowerCase()];
  return [...wires, ...MARKS.filter((mark) => event[mark] === true)].map((wire) => ({ wire }));
}

/** The byte that the bit completes. */
function byteOf(
  { session, message, byte, bit, one, spare }: BitEvent,
  bytes: PartialBytes,
): Effect[] {
  if (spare || byte === undefined || bit === undefined) return [];
  const key = [session, message, byte].join();
  const { value, there } = bytes.get(key) ?? { value: 0, there: 0 };
  const mask = 0x80 >> bit;
  const now = { value: one === 1 ? value | mask : value & ~mask, there: there | mask };
  if (now.there !== ALL_BITS) {
    bytes.set(key, now);
    return [];
  }
  bytes.delete(key);
  return [busOf('byte', BYTE, now.value.toString(2))];
}

function binary(hexadecimal: string): string {
  return BigInt(`0x${hexadecimal}`).toString(2);
}

function kindOf({ is, mode }: ControlEvent): number {
  return is === 'offer' ? offerKind[mode ?? 'bit'] : Kind[is];
}

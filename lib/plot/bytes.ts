// From the bits and data words that were taken: a message's bytes, and when each of them came.
import type { BitEvent, WordEvent } from '../recording/format.js';
import type { Unit } from './model.js';
import { hexadecimal, textOf } from './text.js';

type Content = Omit<Unit, 'message'>;

/** Bytes that came together: one of eight bits, or those of a data word. */
interface Slot {
  readonly frame: number;
  /** How often the frame was begun before. */
  readonly run: number;
  /** The first byte's place: in the message, or in the checksum. */
  readonly at: number;
  readonly check: boolean;
  from: number;
  to: number;
  bytes: number[];
  /** Which bits are there. */
  mask: number;
}

const WHOLE = 0xff;

export interface Assembly {
  /** @param since when it was sent, if that is known */
  add(event: BitEvent | WordEvent, at: number, since?: number): void;
  /** Character by character. @param length of the message, if it is known: what follows is a checksum */
  units(length?: number): Content[];
}

/** Of one message. */
export function assembly(): Assembly {
  const slots: Slot[] = [];
  const present = new Map<string, Slot>();
  const runs = new Map<number, number>();
  let last: number | undefined;

  function slotOf(frame: number, at: number, check: boolean, isThere: (slot: Slot) => boolean) {
    const key = `${frame} ${check} ${at}`;
    const found = present.get(key);
    if (found !== undefined && !isThere(found)) return found;
    // All of it is there already: the frame comes once more.
    const run = found === undefined ? (runs.get(frame) ?? 0) : found.run + 1;
    runs.set(frame, run);
    const slot: Slot = {
      frame,
      run,
      at,
      check,
      from: Infinity,
      to: -Infinity,
      bytes: [0],
      mask: 0,
    };
    slots.push(slot);
    present.set(key, slot);
    return slot;
  }

  function addBit(event: BitEvent, at: number): void {
    const { frame = 0, byte, check, bit } = event;
    const place = byte ?? check;
    if (place === undefined || bit === undefined) return;
    const flag = 0x80 >> bit;
    const slot = slotOf(frame, place, byte === undefined, ({ mask }) => mask === WHOLE);
    const value = slot.bytes[0] ?? 0;
    slot.bytes = [event.one ? value | flag : value & ~flag];
    slot.mask |= flag;
    slot.from = Math.min(slot.from, at);
    slot.to = Math.max(slot.to, at);
  }

  function addWord(event: WordEvent, at: number, since: number): void {
    const { frame = 0, byte } = event;
    const slot = slotOf(frame, byte ?? event.at, byte === undefined, () => true);
    slot.bytes = [...Buffer.from(event.data, 'hex')];
    slot.mask = WHOLE;
    slot.from = Math.min(last ?? since, at);
    slot.to = at;
  }

  return {
    add(event, at, since = at) {
      if (event.is === 'bit') addBit(event, at);
      else addWord(event, at, since);
      last = at;
    },
    units(length = Infinity) {
      slots.sort(
        (a, b) =>
          a.frame - b.frame || a.run - b.run || Number(a.check) - Number(b.check) || a.at - b.at,
      );
      return charactersOf(slots.flatMap((slot) => parted(slot, length)));
    },
  };
}

/** The message's bytes, and those of a checksum in the same data word. */
function parted(slot: Slot, length: number): Slot[] {
  const own = length - slot.at;
  if (slot.check || own >= slot.bytes.length) return [slot];
  const check = { ...slot, check: true, bytes: slot.bytes.slice(Math.max(0, own)) };
  return own <= 0 ? [check] : [{ ...slot, bytes: slot.bytes.slice(0, own) }, check];
}

function charactersOf(slots: readonly Slot[]): Content[] {
  const units: Content[] = [];
  /** Of a character that is not whole yet. */
  let rest: number[] = [];
  let from = 0;
  let next = -1;
  const flush = (to: number): void => {
    if (rest.length > 0) units.push(unitOf(rest, from, to));
    rest = [];
  };
  for (const slot of slots) {
    const to = endOf(slot);
    if (slot.check || slot.mask !== WHOLE || slot.at !== next) flush(slot.from);
    if (slot.check || slot.mask !== WHOLE) {
      units.push({ ...unitOf(slot.bytes, slot.from, to), ...special(slot) });
      next = -1;
      continue;
    }
    if (rest.length === 0) from = slot.from;
    const bytes = [...rest, ...slot.bytes];
    const cut = bytes.length - unfinished(bytes);
    if (cut > 0) units.push(unitOf(bytes.slice(0, cut), from, to));
    if (cut > 0) from = slot.from;
    rest = bytes.slice(cut);
    next = slot.at + slot.bytes.length;
  }
  flush(endOf(slots[slots.length - 1] ?? { from: 0, to: 0, mask: 0 }));
  return units;
}

function unitOf(bytes: readonly number[], from: number, to: number): Content {
  return {
    from: Math.min(from, to),
    to,
    text: textOf(bytes),
    hex: bytes.map(hexadecimal).join(' '),
    check: false,
    bytes: bytes.length,
  };
}

function special({ check, mask }: Slot): Partial<Content> {
  const count = mask.toString(2).replaceAll('0', '').length;
  if (mask !== WHOLE) return { text: `${count}/8`, hex: '', check, bytes: 0 };
  return { text: '', check: true, bytes: 0 };
}

/** Its last bit stands as long as the others did. */
function endOf({ from, to, mask }: Pick<Slot, 'from' | 'to' | 'mask'>): number {
  const count = mask.toString(2).replaceAll('0', '').length;
  return to + (to - from) / Math.max(1, count - 1);
}

/** How many bytes at its end begin a character of UTF-8 that needs more. */
function unfinished(bytes: readonly number[]): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc2) {
      const needed = byte >= 0xf5 ? 0 : byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return needed > back ? back : 0;
    }
  }
  return 0;
}

// A wire of a value change dump, and the changes that are not written yet.
import type { Effect } from './effects.js';

export interface Wire {
  /** Its declaration, and its first value, as lines. */
  readonly declaration: string;
  readonly initial: string;
  drive(t: number, effect: Effect): void;
}

export interface ChangeQueue {
  add(t: number, text: string): void;
  /** The lines of all changes before that time. */
  before(t: number): string;
}

/** A pulse has its end 1 ns later: some changes lie ahead of the event that is next. */
export function changeQueue(): ChangeQueue {
  const waiting: { t: number; text: string }[] = [];
  let last = 0;
  return {
    add(t, text) {
      const behind = waiting.findLastIndex((each) => each.t <= t) + 1;
      waiting.splice(behind, 0, { t, text });
    },
    before(t) {
      const end = waiting.findIndex((each) => each.t >= t);
      let lines = '';
      for (const change of waiting.splice(0, end < 0 ? waiting.length : end)) {
        if (change.t !== last) lines += `#${change.t}\n`;
        last = change.t;
        lines += `${change.text}\n`;
      }
      return lines;
    },
  };
}

/**
 * Each change of a wire has a moment of its own, so that none is lost: what comes while another is under way is moved
 * to the next ns that is free.
 * @param number of all wires, from 0
 */
export function newWire(number: number, { wire, bus }: Effect, changes: ChangeQueue): Wire {
  const id = identifier(number);
  const name = identifierLike(wire);
  const { width } = bus ?? { width: 1 };
  let free = 1;
  let present = 'x';
  const change = (t: number, text: string): void => {
    const at = Math.max(t, free);
    free = at + 1;
    changes.add(at, text);
  };
  return {
    declaration: `$var wire ${width} ${id} ${name}${bus ? ` [${width - 1}:0]` : ''} $end\n`,
    initial: bus === undefined ? `0${id}\n` : `bx ${id}\n`,
    drive(t, effect) {
      const value = effect.bus?.value;
      if (value === undefined) {
        change(t, `1${id}`);
        change(t, `0${id}`);
        return;
      }
      // The same value again would be no change.
      if (value === present) change(t, `bx ${id}`);
      change(t, `b${value} ${id}`);
      present = value;
    },
  };
}

/** What all viewers take for one name. */
export function identifierLike(text: string): string {
  return text.replace(/[\W_]+/g, '_');
}

/** Of printable characters, as few as can be. */
function identifier(number: number): string {
  const [FIRST, COUNT] = [33, 94];
  const last = String.fromCharCode(FIRST + (number % COUNT));
  return number < COUNT ? last : identifier(Math.floor(number / COUNT) - 1) + last;
}

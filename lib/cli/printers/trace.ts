// --trace: a line for each byte with its eight bits as they come, on standard error.
import type { Dialect } from '../../dialects/dialect.js';
import type {
  BitEvent,
  RecordedEvent,
  SignalEvent,
  StepEvent,
  WordEvent,
} from '../../recording/format.js';
import { canDraw, drawLine, endLine, say } from './standard-error.js';

/** `message 255, frame 0, checksum 0` */
const PLACE_WIDTH = 32;

/** A byte of which a bit has come. */
interface Byte {
  readonly pid: number;
  /** Where it belongs: `message 2, byte 3`. */
  readonly place: string;
  readonly bits: (0 | 1 | undefined)[];
  readonly first: number;
  last: number;
  /** A bit of it came twice. */
  isAgain: boolean;
}

/** Shows what it is given; `end` leaves what is drawn. */
export interface TracePrinter {
  take(events: readonly RecordedEvent[]): void;
  end(): void;
}

/** @param dialect of the signals that are no conversation's */
export function tracePrinter(dialect?: Pick<Dialect, 'one' | 'order'>): TracePrinter {
  const draws = canDraw();
  const bytes = new Map<string, Byte>();
  const steps = new Map<number, number>();
  let drawn: Byte | undefined;
  let repeated: { readonly text: string; count: number } | undefined;
  let lines: string[] = [];

  function print(pid: number, text: string): void {
    tellRepeated();
    lines.push(`${pid}  ${text}`);
  }

  /** What comes again and again is told once, with how often. */
  function printRepeatable(text: string): void {
    if (repeated?.text === text) {
      repeated.count += 1;
      return;
    }
    tellRepeated();
    repeated = { text, count: 1 };
  }

  function tellRepeated(): void {
    if (repeated === undefined) return;
    const { text, count } = repeated;
    lines.push(count === 1 ? text : `${text}, ${count} times`);
    repeated = undefined;
  }

  function takeBit(pid: number, place: string, t: number, bit: number, one: 0 | 1): void {
    const key = `${pid} ${place}`;
    const byte = bytes.get(key) ?? {
      pid,
      place,
      bits: new Array<undefined>(8).fill(undefined),
      first: t,
      last: t,
      isAgain: false,
    };
    byte.isAgain ||= byte.bits[bit] !== undefined;
    byte.bits[bit] = one;
    byte.last = t;
    bytes.set(key, byte);
    drawn = byte;
    if (byte.bits.includes(undefined)) return;
    bytes.delete(key);
    drawn = undefined;
    print(pid, lineOf(byte));
  }

  function takeStep({ pid, t, signal }: StepEvent): void {
    const count = steps.get(pid) ?? 0;
    steps.set(pid, count + 1);
    const one = signal === (dialect?.one === 'usr1' ? 'SIGUSR1' : 'SIGUSR2') ? 1 : 0;
    const nth = count % 8;
    const bit = dialect?.order === 'lsb' ? 7 - nth : nth;
    takeBit(pid, `signals ${count - nth + 1} to ${count - nth + 8}`, t, bit, one);
  }

  function take(event: RecordedEvent): void {
    if (event.is === 'unrecorded') {
      printRepeatable(`${event.count} signals came too fast to be shown`);
    } else if (event.is === 'end') {
      for (const byte of bytes.values()) print(byte.pid, lineOf(byte));
      bytes.clear();
      drawn = undefined;
      tellRepeated();
    } else if (event.is !== 'frame' && event.way === 'in') {
      takeSignal(event);
    }
  }

  function takeSignal(event: SignalEvent): void {
    if (event.is === 'bit') {
      const place = placeOfBit(event);
      if (place !== undefined) takeBit(event.pid, place, event.t, event.bit ?? 0, event.one);
      else
        printRepeatable(`${event.pid}  ${event.signal} is not counted: no room, or there already`);
    } else if (event.is === 'word') {
      print(event.pid, lineOfWord(event as WordEvent));
    } else if (event.is === 'step') {
      takeStep(event as StepEvent);
    } else if (event.is === 'signal') {
      const why = event['late'] === true ? 'late' : event['stray'] === true ? 'stray' : 'other';
      printRepeatable(
        `${event.pid}  ${why}: ${event.signal} (${event.code}), uid ${event.uid ?? '?'}`,
      );
    }
  }

  return {
    take(events) {
      for (const event of events) take(event);
      tellRepeated();
      if (lines.length > 0) say(lines.join('\n'));
      lines = [];
      if (draws && drawn !== undefined) drawLine(`${drawn.pid}  ${lineOf(drawn)}`);
    },
    end() {
      if (draws) endLine();
    },
  };
}

function placeOfBit({
  message,
  frame,
  grant,
  at,
  byte,
  check,
  spare,
}: BitEvent): string | undefined {
  if (spare === true || at === undefined) return undefined;
  if (message === undefined) return `grant ${grant}, byte ${at >> 3}`;
  const place = byte === undefined ? `frame ${frame}, checksum ${check}` : `byte ${byte}`;
  return `message ${message}, ${place}`;
}

function lineOf({ place, bits, first, last, isAgain }: Byte): string {
  const shown = bits.map((bit) => bit ?? '.');
  const known = bits.filter((bit) => bit !== undefined).length;
  const text = `${place.padEnd(PLACE_WIDTH)}  ${shown.slice(0, 4).join('')} ${shown.slice(4).join('')}`;
  if (known < 8) return text;
  const value = Number.parseInt(shown.join(''), 2);
  const perBit = (last - first) / 7000;
  const again = isAgain ? '  one of them twice' : '';
  return `${text}  ${characterOf(value).padEnd(4)}  ${perBit.toFixed(1).padStart(8)} µs a bit${again}`;
}

function lineOfWord({ message, frame, grant, at, byte, data, again, ...word }: WordEvent): string {
  const bytes = Buffer.from(data, 'hex').subarray(0, word.bytes);
  const first = byte ?? at;
  const of = message === undefined ? `grant ${grant}` : `message ${message}`;
  const what = byte === undefined && message !== undefined ? `frame ${frame}, checksum` : 'bytes';
  const place = `${of}, ${what} ${first} to ${first + bytes.length - 1}`;
  const text = [...bytes].map(characterOf).join('');
  return `${place.padEnd(PLACE_WIDTH)}  ${text}${again === true ? '  again' : ''}`;
}

/** ASCII as it is, every other byte as `\x1b`: a terminal must not be moved by it. */
function characterOf(byte: number): string {
  if (byte >= 0x20 && byte < 0x7f) return String.fromCharCode(byte);
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}

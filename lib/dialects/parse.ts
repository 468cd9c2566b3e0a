// A dialect from its spec, `order=msb,one=usr2,end=nul,ack=bit:usr1`, or from a preset's name.
import { MinitalkError } from '../minitalk/errors.js';
import type {
  Acknowledgement,
  Dialect,
  Handshake,
  LengthHeader,
  Terminator,
  UserSignal,
} from './dialect.js';
import { presets } from './presets.js';

const MOST_GAP_US = 1_000_000;

/** A value is none of these. */
class Unexpected extends Error {}

const orders = ['msb', 'lsb'] as const;
const signals = ['usr1', 'usr2'] as const;
const ends = ['nul', 'newline', 'newline+nul', 'none'] as const satisfies readonly Terminator[];
const widths = ['32', '64'] as const;

/** What each key may say. What it says when it is not there comes first. */
const readers = {
  order: (text = 'msb') => one(orders, text),
  one: (text = 'usr2') => one(signals, text),
  handshake: (text = 'none') => readHandshake(text),
  length: (text = 'none') => text,
  end: (text = 'nul') => one(ends, text),
  ack: (text = 'none') => readAck(text),
  byte: (text = 'none') => signalOrNone(text),
  final: (text = 'none') => readFinal(text),
  busy: (text = 'none') => signalOrNone(text),
  gap: (text = 'none') => readGap(text),
};

type Key = keyof typeof readers;
const keys = Object.keys(readers) as Key[];

/**
 * @param spec keys and values, or the name of a preset; a key that is missing has its default
 * @throws MinitalkError ERR_INVALID_DIALECT, which names the key and what it may say
 */
export function parseDialect(spec: string): Dialect {
  const preset = presets.find(({ name }) => name === spec);
  if (preset !== undefined) return preset.dialect;
  return parseSpec(spec);
}

function parseSpec(spec: string): Dialect {
  const given = keysOf(spec);
  const read = <K extends Key>(key: K): ReturnType<(typeof readers)[K]> =>
    reading(spec, `${key}=${given.get(key)}`, () => readers[key](given.get(key))) as ReturnType<
      (typeof readers)[K]
    >;
  const order = read('order');
  const dialect: Dialect = {
    order,
    one: read('one'),
    handshake: read('handshake'),
    length: reading(spec, `length=${given.get('length')}`, () => readLength(read('length'), order)),
    end: read('end'),
    ack: read('ack'),
    byte: read('byte'),
    final: read('final'),
    busy: read('busy'),
    gap: read('gap'),
  };
  const conflict = conflictIn(dialect);
  if (conflict !== undefined) throw invalid(spec, conflict);
  return dialect;
}

function keysOf(spec: string): Map<Key, string> {
  const given = new Map<Key, string>();
  for (const pair of spec.split(',')) {
    const [, key = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(pair) ?? [];
    if (!pair.includes('=')) {
      throw invalid(
        spec,
        spec === pair
          ? 'that is no preset, and no key=value'
          : `${JSON.stringify(pair)}: expected key=value`,
      );
    }
    if (!isKey(key)) {
      throw invalid(spec, `unknown key ${JSON.stringify(key)}: expected ${list(keys)}`);
    }
    if (given.has(key)) throw invalid(spec, `${key} is there twice`);
    given.set(key, value);
  }
  return given;
}

function isKey(text: string): text is Key {
  return Object.hasOwn(readers, text);
}

/** What would be no dialect that anybody could speak. */
function conflictIn({ handshake, length, end, ack, byte, gap }: Dialect): string | undefined {
  if (length?.countsNul && end !== 'nul') return 'length=…:nul counts a NUL: it needs end=nul';
  if (length !== undefined && end.startsWith('newline')) {
    return `end=${end} and a length: expected one of the two`;
  }
  if (length?.typed && handshake === 'nul')
    return 'handshake=nul and a typed length: expected one of the two';
  if (byte !== undefined && ack?.of !== 'bit') return 'byte=… needs ack=bit:…';
  if (byte !== undefined && (ack?.by === byte || ack?.by === 'echo')) {
    return `byte=${byte} is an acknowledgement of bits, too: nobody could tell them apart`;
  }
  if (gap !== undefined && ack?.of === 'bit') {
    return 'gap=… is for signals that are not acknowledged: it excludes ack=bit:…';
  }
  return undefined;
}

function one<Value extends string>(allowed: readonly Value[], text: string): Value {
  const found = allowed.find((value) => value === text);
  if (found === undefined) throw new Unexpected(list(allowed));
  return found;
}

function signalOrNone(text: string): UserSignal | undefined {
  const found = one(['usr1', 'usr2', 'none'], text);
  return found === 'none' ? undefined : found;
}

function readHandshake(text: string): Handshake | 'nul' | undefined {
  if (text === 'none') return undefined;
  if (text === 'nul') return text;
  const match = /^(usr[12]):(usr[12])$/.exec(text);
  if (match === null) throw new Unexpected('none, nul, or two signals such as usr1:usr1');
  return { sends: match[1] as UserSignal, answers: match[2] as UserSignal };
}

function readLength(text: string, textOrder: Dialect['order']): LengthHeader | undefined {
  if (text === 'none') return undefined;
  const [width = '', ...words] = text.split(':');
  const expected = 'none, 32 or 64, and behind it any of :nul, :msb or :lsb, :repeats, :typed';
  const isUnknown = words.some(
    (word, i) =>
      !['nul', 'msb', 'lsb', 'repeats', 'typed'].includes(word) || words.indexOf(word) < i,
  );
  const bits = widths.find((each) => each === width);
  const repeats = words.includes('repeats');
  if (bits === undefined || isUnknown) throw new Unexpected(expected);
  if (words.includes('msb') && words.includes('lsb')) throw new Unexpected('msb or lsb, not both');
  if (repeats && bits !== '64') throw new Unexpected(':repeats behind 64 only');
  return {
    bits: bits === '32' ? 32 : 64,
    order: words.includes('msb') ? 'msb' : words.includes('lsb') ? 'lsb' : textOrder,
    countsNul: words.includes('nul'),
    repeats,
    typed: words.includes('typed'),
  };
}

function readAck(text: string): Acknowledgement | undefined {
  if (text === 'none') return undefined;
  const match = /^(bit|byte|message):(usr1|usr2|echo)(:notlast)?$/.exec(text);
  const [, of, by, notLast] = (match ?? []) as [
    string?,
    Acknowledgement['of']?,
    Acknowledgement['by']?,
    string?,
  ];
  if (of === undefined || by === undefined) {
    throw new Unexpected(
      'none, or bit, byte or message, and behind it :usr1, :usr2 or :echo, as in bit:usr1',
    );
  }
  if (by === 'echo' && of !== 'bit') throw new Unexpected('echo behind bit: only');
  if (notLast && of === 'message') throw new Unexpected(':notlast behind bit or byte');
  return { of, by, last: notLast === undefined };
}

function readFinal(text: string): readonly UserSignal[] {
  if (text === 'none') return [];
  const names = text.split('+');
  if (names.length > 2 || names.some((name) => !signals.includes(name as UserSignal))) {
    throw new Unexpected('none, a signal, or two such as usr1+usr2');
  }
  return names as UserSignal[];
}

function readGap(text: string): number | undefined {
  if (text === 'none') return undefined;
  const gap = /^\d{1,7}$/.test(text) ? Number(text) : Number.NaN;
  if (!(gap <= MOST_GAP_US)) throw new Unexpected(`none, or 0 to ${MOST_GAP_US} µs`);
  return gap;
}

function reading<Value>(spec: string, pair: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (error instanceof Unexpected) throw invalid(spec, `${pair}: expected ${error.message}`);
    throw error;
  }
}

function list(words: readonly string[]): string {
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

function invalid(spec: string, why: string): MinitalkError {
  return new MinitalkError(
    'ERR_INVALID_DIALECT',
    `invalid dialect ${JSON.stringify(spec)}: ${why}`,
  );
}

// The dialects that are seen most, by name.
import type { Acknowledgement, Dialect, LengthHeader } from './dialect.js';

export interface Preset {
  readonly name: string;
  /** What is its own, in a sentence. */
  readonly about: string;
  readonly dialect: Dialect;
}

/** Most significant bit first, 1 is SIGUSR2, a NUL ends the text, nothing is acknowledged. */
const plain: Dialect = {
  order: 'msb',
  one: 'usr2',
  handshake: undefined,
  length: undefined,
  end: 'nul',
  ack: undefined,
  byte: undefined,
  final: [],
  busy: undefined,
  gap: undefined,
};

function preset(name: string, about: string, own: Partial<Dialect>): Preset {
  return { name, about, dialect: { ...plain, ...own } };
}

function bitBy(by: Acknowledgement['by'], last = true): Acknowledgement {
  return { of: 'bit', by, last };
}

function length(bits: 32 | 64, own: Partial<LengthHeader> = {}): LengthHeader {
  return { bits, order: 'msb', countsNul: false, repeats: false, typed: false, ...own };
}

const hello = { sends: 'usr1', answers: 'usr1' } as const;

export const presets: readonly Preset[] = [
  preset('seed', 'A newline ends the text; the client sleeps 50 µs after each bit.', {
    one: 'usr1',
    end: 'newline',
    ack: undefined,
  }),
  preset('seed-bonus', 'As seed; each bit is acknowledged by SIGUSR2, each byte by SIGUSR1.', {
    one: 'usr1',
    end: 'newline',
    ack: bitBy('usr2'),
    byte: 'usr1',
  }),
  preset('classic', 'Each bit is acknowledged by SIGUSR1: the most common one.', {
    ack: bitBy('usr1'),
  }),
  preset('classic-byte', 'As classic, and SIGUSR2 after each byte.', {
    ack: bitBy('usr1'),
    byte: 'usr2',
  }),
  preset('classic-final', 'As classic, and SIGUSR2 once the text is whole.', {
    ack: bitBy('usr1'),
    final: ['usr2'],
  }),
  preset('classic-lsb', 'As classic, the least significant bit first.', {
    order: 'lsb',
    ack: bitBy('usr1'),
  }),
  preset(
    'lsb-final',
    'Least significant bit first, 1 is SIGUSR1, SIGUSR2 once the text is whole.',
    {
      order: 'lsb',
      one: 'usr1',
      ack: bitBy('usr1'),
      final: ['usr2'],
    },
  ),
  preset('final-instead', 'Acknowledged by SIGUSR2, the last bit by SIGUSR1 instead.', {
    one: 'usr1',
    ack: bitBy('usr2', false),
    final: ['usr1'],
  }),
  preset('handshake', 'SIGUSR1 there and back, then a length and the text, no NUL.', {
    handshake: hello,
    length: length(32),
    end: 'none',
    ack: bitBy('usr2'),
    final: ['usr1', 'usr2'],
    busy: 'usr2',
  }),
  preset('length-nul', 'A length, the text, and a NUL all the same.', {
    length: length(32),
    ack: bitBy('usr1'),
    final: ['usr2', 'usr1'],
  }),
  preset('length-64', 'A length of 64 bits; SIGUSR2 says that it took too long.', {
    length: length(64),
    end: 'none',
    ack: bitBy('usr1'),
    busy: 'usr2',
  }),
  preset('length-repeats', 'A length of 64 bits whose upper half repeats the lower one.', {
    order: 'lsb',
    one: 'usr1',
    length: length(64, { order: 'lsb', repeats: true }),
    ack: bitBy('usr1'),
  }),
  preset(
    'length-counts-nul',
    'A handshake, a length that counts the NUL, no last acknowledgement.',
    {
      handshake: hello,
      length: length(32, { countsNul: true }),
      ack: bitBy('usr1', false),
      busy: 'usr2',
    },
  ),
  preset('length-typed', 'A handshake, a signal that says how wide the length is, the length.', {
    order: 'lsb',
    one: 'usr1',
    handshake: hello,
    length: length(32, { order: 'lsb', countsNul: true, typed: true }),
    ack: bitBy('usr1', false),
    final: ['usr2'],
    busy: 'usr2',
  }),
  preset('echo', 'Each bit is acknowledged by the signal that it came as.', {
    ack: bitBy('echo'),
  }),
  preset('silent-end', 'Acknowledged by SIGUSR2, the last bit by nothing.', {
    ack: bitBy('usr2', false),
    busy: 'usr1',
  }),
  preset('probe', 'A NUL opens the message, a newline and a NUL end it.', {
    handshake: 'nul',
    end: 'newline+nul',
    ack: bitBy('usr1'),
    final: ['usr2'],
    busy: 'usr2',
  }),
  preset('paced', 'Nothing is acknowledged; clients sleep after each bit.', {}),
  preset('paced-lsb', 'As paced, the least significant bit first.', { order: 'lsb' }),
  preset('paced-length', 'As paced, with a length instead of the NUL.', {
    length: length(32),
    end: 'none',
  }),
  preset('paced-endless', 'As paced, and nothing ends a text: each byte is printed as it comes.', {
    end: 'none',
  }),
  preset('paced-usr1', 'As paced, 1 is SIGUSR1.', { one: 'usr1' }),
  preset('paced-usr1-lsb', 'As paced-lsb, 1 is SIGUSR1.', { one: 'usr1', order: 'lsb' }),
  preset('paced-usr1-length', 'As paced-length, 1 is SIGUSR1.', {
    one: 'usr1',
    length: length(32),
    end: 'none',
  }),
  preset('paced-byte', 'As paced-usr1, and the server sends SIGUSR1 after each byte.', {
    one: 'usr1',
    ack: { of: 'byte', by: 'usr1', last: true },
  }),
  preset('paced-message', 'As paced, and the server sends SIGUSR1 once the text is whole.', {
    ack: { of: 'message', by: 'usr1', last: true },
  }),
];

// What one minitalk does differently from another, as a value: docs/dialects.md has each key.

/** SIGUSR1 or SIGUSR2. */
export type UserSignal = 'usr1' | 'usr2';

/** As sent and awaited; 1 is SIGUSR1, 2 is SIGUSR2. */
export type Signal = 1 | 2;

/** The first signal of a message, and its answer. */
export interface Handshake {
  readonly sends: UserSignal;
  readonly answers: UserSignal;
}

/** A number before the text: how many bytes it has. */
export interface LengthHeader {
  readonly bits: 32 | 64;
  readonly order: 'msb' | 'lsb';
  /** The NUL behind the text counts, too. */
  readonly countsNul: boolean;
  /** Of 64 bits the upper half repeats the lower one: what a shift by 32 bits of an int makes of it. */
  readonly repeats: boolean;
  /** One signal before it says its width: SIGUSR1 32 bits, SIGUSR2 64. */
  readonly typed: boolean;
}

/** What the server acknowledges, and by which signal: one, or the one that came. */
export interface Acknowledgement {
  readonly of: 'bit' | 'byte' | 'message';
  readonly by: UserSignal | 'echo';
  /** Whether the last bit is, too. */
  readonly last: boolean;
}

/** What ends the text, in this order. */
export type Terminator = 'nul' | 'newline' | 'newline+nul' | 'none';

/** What another minitalk speaks; docs/dialects.md has each of these, and what stands for it in a spec. */
export interface Dialect {
  /** Which bit of a byte comes first. */
  readonly order: 'msb' | 'lsb';
  /** The signal of a 1; the other one is a 0. */
  readonly one: UserSignal;
  /** 'nul': the message opens with a byte of zeros. */
  readonly handshake: Handshake | 'nul' | undefined;
  readonly length: LengthHeader | undefined;
  readonly end: Terminator;
  readonly ack: Acknowledgement | undefined;
  /** A signal after each byte besides `ack`; clients need not await it. */
  readonly byte: UserSignal | undefined;
  /** What the server sends once it has the whole text, after all acknowledgements. */
  readonly final: readonly UserSignal[];
  /** By what a server refuses a client, or has it wait. */
  readonly busy: UserSignal | undefined;
  /** Pause after each signal that is not acknowledged, µs; undefined: as fast as the target takes them. */
  readonly gap: number | undefined;
}

export function signalOf(name: UserSignal): Signal {
  return name === 'usr1' ? 1 : 2;
}

export function otherThan(signal: Signal): Signal {
  return signal === 1 ? 2 : 1;
}

const terminators: Readonly<Record<Terminator, readonly number[]>> = {
  nul: [0],
  newline: [0x0a],
  'newline+nul': [0x0a, 0],
  none: [],
};

/** The bytes behind the text. */
export function terminatorOf({ end }: Dialect): readonly number[] {
  return terminators[end];
}

/** Whether a message's end can be told from its bits, and not by the silence after them alone. */
export function tellsEnd({ end, length }: Dialect): boolean {
  return end !== 'none' || length !== undefined;
}

/** Whether the server says of a whole message that it has it. */
export function tellsDelivery({ ack, final }: Dialect): boolean {
  return final.length > 0 || ack?.of === 'message' || ack?.last === true;
}

/** Whether its server has anything to signal. */
export function isAnswered({ ack, final, handshake, busy }: Dialect): boolean {
  return (
    ack !== undefined || final.length > 0 || typeof handshake === 'object' || busy !== undefined
  );
}

/** By what a signal of a client is acknowledged. */
export function acknowledgementOf({ by }: Acknowledgement, signal: Signal): Signal {
  return by === 'echo' ? signal : signalOf(by);
}

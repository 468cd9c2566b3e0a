// From signals back to bytes, and what a server answers to each: a state machine without a clock.
import {
  acknowledgementOf,
  type Dialect,
  type LengthHeader,
  type Signal,
  signalOf,
  tellsEnd,
  terminatorOf,
} from './dialect.js';

/** What follows a signal. */
export interface Reaction {
  /** To be sent at once, in this order. */
  readonly answers: readonly Signal[];
  /** Whole with this signal. */
  readonly message?: Uint8Array;
  /** To be sent once somebody has the message. */
  readonly confirmations?: readonly Signal[];
  /** No client of this dialect sends that here: what came is to be thrown away. */
  readonly fault?: string;
}

export interface Decoder {
  take(signal: Signal): Reaction;
  /**
   * How many signals from here on get the plain acknowledgement, whatever they are: those may
   * be acknowledged before they are decoded. Infinity: all.
   */
  readonly plain: number;
  /** Whether a message has begun. */
  readonly hasBegun: boolean;
  /** Whole bytes of the text so far. */
  readonly bytes: number;
  /** What the length has said; undefined: nothing yet. */
  readonly expected: number | undefined;
  /** The text so far, as it is where nothing ends one; and begins anew. */
  finish(): Uint8Array;
}

/** The acknowledgement of a signal that nothing is special about. */
export function plainAnswers(dialect: Dialect, signal: Signal, endsByte: boolean): Signal[] {
  const { ack, byte } = dialect;
  const isDue = ack?.of === 'bit' || (ack?.of === 'byte' && endsByte);
  const answers = ack !== undefined && isDue ? [acknowledgementOf(ack, signal)] : [];
  return byte !== undefined && endsByte ? [...answers, signalOf(byte)] : answers;
}

/** @param maxMessage bytes; a longer text is a fault */
export function createDecoder(dialect: Dialect, maxMessage: number): Decoder {
  const { handshake, length, ack } = dialect;
  const terminator = terminatorOf(dialect);
  const one = signalOf(dialect.one);
  const confirmations = [
    ...(ack?.of === 'message' && ack.by !== 'echo' ? [signalOf(ack.by)] : []),
    ...dialect.final.map(signalOf),
  ];
  const isUniform =
    typeof handshake !== 'object' && length?.typed !== true && (ack === undefined || ack.last);

  type Phase = 'handshake' | 'type' | 'opening' | 'length' | 'text' | 'terminator';
  const phases: Phase[] = [
    ...(typeof handshake === 'object' ? (['handshake'] as const) : []),
    ...(length?.typed ? (['type'] as const) : []),
    ...(handshake === 'nul' ? (['opening'] as const) : []),
    ...(length ? (['length'] as const) : []),
    'text',
  ];
  const afterOpening = phases.filter((each) => each === 'length' || each === 'text');
  let phase = phases[0] as Phase;
  let begun = false;
  let byte = 0;
  let bits = 0; // of it
  let header: number[] = [];
  let headerBits: number = length?.bits ?? 0;
  let expected: number | undefined;
  let text = createText();
  let ended = 0; // bytes of the terminator

  const reset = (): void => {
    phase = phases[0] as Phase;
    begun = false;
    byte = 0;
    bits = 0;
    header = [];
    headerBits = length?.bits ?? 0;
    expected = undefined;
    text = createText();
    ended = 0;
  };
  const finish = (): Uint8Array => {
    const whole = text.bytes();
    reset();
    return whole;
  };
  const fault = (why: string): Reaction => {
    reset();
    return { answers: [], fault: why };
  };
  const whole = (signal: Signal): Reaction => {
    const answers = ack?.last || ack === undefined ? plainAnswers(dialect, signal, true) : [];
    return { answers, message: finish(), confirmations };
  };

  /** A byte is whole: undefined when the message goes on. */
  const takeByte = (signal: Signal): Reaction | undefined => {
    switch (phase) {
      case 'opening':
        if (byte !== 0) return fault(`it begins with byte ${byte}, not with a NUL`);
        phase = afterOpening[0] as Phase;
        return undefined;
      case 'length':
        header.push(byte);
        if (8 * header.length < headerBits) return undefined;
        return takeLength(signal);
      case 'terminator':
        return takeTerminator(signal);
      default:
        return takeTextByte(signal);
    }
  };
  const takeLength = (signal: Signal): Reaction | undefined => {
    const said = lengthIn(header, length as LengthHeader);
    if (typeof said === 'string') return fault(said);
    if (said > maxMessage) return fault(`its length of ${said} bytes is more than ${maxMessage}`);
    expected = said;
    phase = said === 0 ? 'terminator' : 'text';
    return said === 0 && terminator.length === 0 ? whole(signal) : undefined;
  };
  const takeTextByte = (signal: Signal): Reaction | undefined => {
    if (expected === undefined && byte === terminator[0]) return takeTerminator(signal);
    if (text.length === maxMessage) return fault(`it is longer than ${maxMessage} bytes`);
    text.add(byte);
    if (text.length !== expected) return undefined;
    phase = 'terminator';
    return terminator.length === 0 ? whole(signal) : undefined;
  };
  const takeTerminator = (signal: Signal): Reaction | undefined => {
    if (byte !== terminator[ended]) return fault(`byte ${byte} stands where the text ends`);
    phase = 'terminator';
    ended += 1;
    return ended === terminator.length ? whole(signal) : undefined;
  };

  /** Signals before the next one whose answer depends on what it is. */
  const beforeOther = (): number => {
    switch (phase) {
      case 'handshake':
      case 'type':
        return 0;
      case 'length':
        return headerBits - 8 * header.length - bits - 1;
      case 'text':
        if (expected === undefined) return tellsEnd(dialect) ? 7 - bits : Number.POSITIVE_INFINITY;
        return 8 * (expected + terminator.length - text.length) - bits - 1;
      case 'terminator':
        return 8 * (terminator.length - ended) - bits - 1;
      default:
        return 7 - bits;
    }
  };

  return {
    take(signal) {
      begun = true;
      if (phase === 'handshake' && typeof handshake === 'object') {
        if (signal !== signalOf(handshake.sends))
          return fault('it does not begin by the handshake');
        phase = phases[1] as Phase;
        return { answers: [signalOf(handshake.answers)] };
      }
      if (phase === 'type') {
        headerBits = signal === 1 ? 32 : 64;
        phase = 'length';
        return { answers: plainAnswers(dialect, signal, false) };
      }
      const bit = Number(signal === one);
      const order = phase === 'length' ? (length as LengthHeader).order : dialect.order;
      byte |= bit << (order === 'msb' ? 7 - bits : bits);
      bits += 1;
      if (bits < 8) return { answers: plainAnswers(dialect, signal, false) };
      const reaction = takeByte(signal);
      byte = 0;
      bits = 0;
      return reaction ?? { answers: plainAnswers(dialect, signal, true) };
    },
    get plain() {
      if (ack?.of !== 'bit') return 0;
      const before = isUniform ? Number.POSITIVE_INFINITY : beforeOther();
      return dialect.byte === undefined ? before : Math.min(before, 7 - bits);
    },
    get hasBegun() {
      return begun;
    },
    get bytes() {
      return text.length;
    },
    get expected() {
      return expected;
    },
    finish,
  };
}

/** The length that the bytes say, or what is wrong with it. */
function lengthIn(sent: readonly number[], header: LengthHeader): number | string {
  const bytes = Buffer.from(header.order === 'msb' ? sent : [...sent].reverse());
  const lower = bytes.readUInt32BE(bytes.length - 4);
  const upper = bytes.length === 8 ? bytes.readUInt32BE(0) : 0;
  if (upper !== (header.repeats && bytes.length === 8 ? lower : 0)) {
    return `the upper half of its length is ${upper}, the lower ${lower}`;
  }
  if (!header.countsNul) return lower;
  return lower === 0 ? 'its length counts no NUL' : lower - 1;
}

/** Bytes of a text whose length nobody knows. */
function createText() {
  let room = new Uint8Array(64);
  let length = 0;
  return {
    get length() {
      return length;
    },
    add(byte: number): void {
      if (length === room.length) {
        const more = new Uint8Array(2 * length);
        more.set(room);
        room = more;
      }
      room[length] = byte;
      length += 1;
    },
    bytes: (): Uint8Array => room.slice(0, length),
  };
}

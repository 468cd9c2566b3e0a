// Control words: docs/protocol.md, section 2. A word is 64 bits, held here as two
// unsigned 32-bit halves: kind 4 | session 20 | argument 40.

export const VERSION = 1;

export const Kind = {
  open: 1,
  offer: 2,
  query: 3,
  restart: 4,
  close: 5,
  offerWords: 6,
  offerBurst: 7,
  welcome: 8,
  grant: 9,
  ack: 10,
  answer: 11,
  wait: 12,
  delivered: 13,
  refused: 14,
  closed: 15,
} as const;

export const Reason = {
  tooLarge: 1,
  notAllowed: 2,
  closing: 3,
  mode: 4,
  failed: 5,
  version: 6,
  abandoned: 7,
  tooManySessions: 8,
  full: 9,
  noDescriptor: 10,
} as const;

/** What carries a message's data. */
export type Mode = 'bit' | 'word' | 'burst';

/** How a message is offered in each mode. */
export const offerKind = {
  bit: Kind.offer,
  word: Kind.offerWords,
  burst: Kind.offerBurst,
} as const;

export type OfferKind = (typeof offerKind)[Mode];

export function modeOf(kind: OfferKind): Mode {
  if (kind === Kind.offer) return 'bit';
  return kind === Kind.offerWords ? 'word' : 'burst';
}

/** Attempts to close are numbered 1 to 255; 0 wants no answer. */
export const NO_ANSWER = 0;
/** Messages are numbered 1 to 255; 0 stands for none. */
export const NO_MESSAGE = 0;

export interface Halves {
  readonly high: number;
  readonly low: number;
}

export type Word =
  | { kind: typeof Kind.open; session: number; version: number; thread: number }
  | { kind: OfferKind; session: number; message: number; length: number }
  | {
      kind: typeof Kind.query;
      session: number;
      question: number;
      grant: number;
      /** 0, or the way by lanes. */
      count: number;
    }
  | { kind: typeof Kind.restart; session: number; grant: number }
  | { kind: typeof Kind.close; session: number; attempt: number; thread: number }
  | {
      kind: typeof Kind.welcome;
      session: number;
      version: number;
      /** 0: the server takes no bursts. */
      burstSignal: number;
      newSession: number;
    }
  | {
      kind: typeof Kind.grant;
      session: number;
      message: number;
      grant: number;
      /** See place.ts. */
      place: number;
      frame: number;
    }
  | {
      kind: typeof Kind.wait;
      session: number;
      message: number;
      /** Its turn is the next. */
      isNext?: true;
    }
  | { kind: typeof Kind.delivered; session: number; message: number }
  | { kind: typeof Kind.refused; session: number; message: number; reason: number }
  | { kind: typeof Kind.closed; session: number; attempt: number };

/** Of a WAIT. */
const NEXT = 0x8000_0000;

/** The first 8 bits of the argument are the low byte of the high half. */
function halves(kind: number, session: number, top8: number, low32: number): Halves {
  return { high: ((kind << 28) | (session << 8) | top8) >>> 0, low: low32 >>> 0 };
}

export function encode(word: Word): Halves {
  const { kind, session } = word;
  switch (word.kind) {
    case Kind.open:
      return halves(kind, session, word.version << 4, word.thread);
    case Kind.offer:
    case Kind.offerWords:
    case Kind.offerBurst:
      return halves(kind, session, word.message, word.length);
    case Kind.query:
      return halves(
        kind,
        session,
        word.question >>> 4,
        ((word.question & 15) << 28) | (word.grant << 16) | word.count,
      );
    case Kind.restart:
      return halves(kind, session, 0, word.grant << 16);
    case Kind.close:
      return halves(kind, session, word.attempt, word.thread);
    case Kind.closed:
      return halves(kind, session, word.attempt, 0);
    case Kind.welcome:
      return halves(kind, session, word.version << 4, (word.burstSignal << 20) | word.newSession);
    case Kind.grant:
      return halves(
        kind,
        session,
        word.message,
        (word.grant << 20) | (word.place << 8) | word.frame,
      );
    case Kind.wait:
      return halves(kind, session, word.message, word.isNext ? NEXT : 0);
    case Kind.delivered:
      return halves(kind, session, word.message, 0);
    case Kind.refused:
      return halves(kind, session, word.message, word.reason << 24);
  }
}

/** A QUERY's count says by which way: LaneQuery in native/handler/minitalk/word.h. */
function isByLanes(count: number): boolean {
  return (count & 0x8000) !== 0 && ((count >>> 12) & 3) !== 2;
}

/** undefined for what is no word of version 1 that TypeScript handles: a stray. */
export function decode(high: number, low: number): Word | undefined {
  const kind = high >>> 28;
  const session = (high >>> 8) & 0xfffff;
  const top8 = high & 0xff;
  if (session === 0) return undefined;
  switch (kind) {
    case Kind.open:
      return (top8 & 15) === 0 ? { kind, session, version: top8 >>> 4, thread: low } : undefined;
    case Kind.offer:
    case Kind.offerWords:
    case Kind.offerBurst:
      return { kind, session, message: top8, length: low };
    case Kind.query: {
      const count = low & 0xffff;
      if (count !== 0 && !isByLanes(count)) return undefined;
      const question = (top8 << 4) | (low >>> 28);
      return { kind, session, question, grant: (low >>> 16) & 0xfff, count };
    }
    case Kind.restart:
      return top8 === 0 && (low & 0xf000ffff) === 0
        ? { kind, session, grant: low >>> 16 }
        : undefined;
    case Kind.close:
      return { kind, session, attempt: top8, thread: low };
    case Kind.welcome:
      return (top8 & 15) === 0 && low >>> 27 === 0
        ? {
            kind,
            session,
            version: top8 >>> 4,
            burstSignal: low >>> 20,
            newSession: low & 0xfffff,
          }
        : undefined;
    case Kind.grant:
      return {
        kind,
        session,
        message: top8,
        grant: low >>> 20,
        place: (low >>> 8) & 0xfff,
        frame: low & 0xff,
      };
    case Kind.wait:
      if (low === NEXT) return { kind, session, message: top8, isNext: true };
      return low === 0 ? { kind, session, message: top8 } : undefined;
    case Kind.delivered:
      return low === 0 ? { kind, session, message: top8 } : undefined;
    case Kind.refused:
      return (low & 0xffffff) === 0
        ? { kind, session, message: top8, reason: low >>> 24 }
        : undefined;
    case Kind.closed:
      return low === 0 ? { kind, session, attempt: top8 } : undefined;
    default:
      return undefined;
  }
}

// What stands in a recording: docs/recording.md.
export const VERSION = 1;

/** The first line. */
export interface Header {
  readonly minitalk: 'recording';
  readonly version: number;
  /** Of the process that was recorded. */
  readonly pid: number;
  /** The name of what ran. */
  readonly command: string;
  /** ISO 8601, by the wall clock. */
  readonly started: string;
  /** The same moment by CLOCK_MONOTONIC, ns, in decimal digits: all `t` count from it. */
  readonly clock: string;
  /** The kernel's boot_id: recordings with the same one have one clock. */
  readonly boot: string;
  /** How many files of this recording came before it. */
  readonly part: number;
}

/** A signal that was captured (`in`), or that this process sent (`out`). */
export interface RecordedSignal {
  /** ns since the header's clock: when the handler had it, or when it was about to be sent. */
  readonly t: number;
  readonly way: 'in' | 'out';
  /** Its name. */
  readonly signal: string;
  /** By sigaction(2), SI_TKILL for example. */
  readonly code: string;
  /** The other process; 0: not told. */
  readonly pid: number;
  /** The sender's, where that was told. */
  readonly uid?: number;
  /** Of the receiving process: that handled it, or that it was sent to; absent: to the process. */
  readonly thread?: number;
  /** The 64 bits of a queued one, 0x and 16 digits. */
  readonly value?: string;
  /** It could not be sent, so nothing was: the errno's name. */
  readonly error?: string;
}

/** A signal that carries data of a frame. */
export interface RecordedData extends RecordedSignal {
  readonly session?: number;
  /** Absent: its grant was given before the recording began. */
  readonly message?: number;
  readonly grant: number;
  readonly frame?: number;
  /** The lane's number, by lanes. */
  readonly lane?: number;
  /** This place was there, or was sent, before. */
  readonly again?: true;
  /** Captured, and not counted. */
  readonly spare?: true;
}

/** A bit of a message. */
export interface BitEvent extends RecordedData {
  readonly is: 'bit';
  readonly one: 0 | 1;
  /** The bit's place in the frame, from 0; absent: not known. */
  readonly at?: number;
  /** The byte of the message, from 0. */
  readonly byte?: number;
  /** Where it is no byte of the message: the byte, from 0, of the checksums behind those in the frame. */
  readonly check?: number;
  /** Of that byte, from 0, the most significant. */
  readonly bit?: number;
}

/** A data word: 8 or 24 bytes of a frame. */
export interface WordEvent extends RecordedData {
  readonly is: 'word';
  /** Its bytes of the frame, hexadecimal. */
  readonly data: string;
  /** The first byte's place in the frame, from 0. */
  readonly at: number;
  /** The same in the message; absent: a checksum only. */
  readonly byte?: number;
  /** How many of its bytes are the message's; absent: none. */
  readonly bytes?: number;
  /** An ACK is wanted. */
  readonly ask?: true;
}

/** All data up to here are taken. */
export interface AckEvent extends RecordedSignal {
  readonly is: 'ack';
  readonly session: number;
  readonly grant: number;
  /** Data signals of the frame; by lanes: the round. */
  readonly count: number;
  readonly late?: true;
}

/** How much is there? It starts a grant, too. */
export interface QueryEvent extends RecordedSignal {
  readonly is: 'query';
  readonly session: number;
  readonly grant: number;
  readonly question: number;
  readonly lanes?: true;
  readonly late?: true;
}

/** So much is there. */
export interface AnswerEvent extends RecordedSignal {
  readonly is: 'answer';
  readonly session: number;
  readonly grant: number;
  readonly question: number;
  readonly count: number;
  readonly late?: true;
}

/** A control word: docs/protocol.md, section 2, has its fields. */
export interface ControlEvent extends RecordedSignal {
  readonly is:
    | 'open'
    | 'welcome'
    | 'offer'
    | 'grant'
    | 'wait'
    | 'delivered'
    | 'refused'
    | 'restart'
    | 'close'
    | 'closed';
  readonly session: number;
  readonly message?: number;
  readonly grant?: number;
  readonly frame?: number;
  /** Of an offer: bytes of the message, and what is to carry it. */
  readonly length?: number;
  readonly mode?: 'bit' | 'word' | 'burst';
  readonly [field: string]: unknown;
}

/** A signal of another minitalk's dialect. */
export interface StepEvent extends RecordedSignal {
  readonly is: 'step';
}

/** Any other signal. */
export interface PlainEvent extends RecordedSignal {
  readonly is: 'signal';
  /** No part of a conversation, on a signal that carries one. */
  readonly stray?: true;
  /** It is of a conversation, and nothing waits for it any more. */
  readonly late?: true;
}

/** The event loop has taken a whole frame. */
export interface FrameEvent {
  readonly t: number;
  readonly is: 'frame';
  readonly pid: number;
  readonly session: number;
  readonly message: number;
  readonly frame: number;
}

/** More signals came than could be kept until they were written. */
export interface UnrecordedEvent {
  readonly t: number;
  readonly is: 'unrecorded';
  readonly count: number;
}

/** The recording was closed. */
export interface EndEvent {
  readonly t: number;
  readonly is: 'end';
}

/** What is a signal. */
export type SignalEvent =
  | BitEvent
  | WordEvent
  | AckEvent
  | QueryEvent
  | AnswerEvent
  | ControlEvent
  | StepEvent
  | PlainEvent;

/** A line of a recording, but its first. */
export type RecordedEvent = SignalEvent | FrameEvent | UnrecordedEvent | EndEvent;

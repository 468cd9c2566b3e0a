// The contract with the native addon, what is minitalk's: the classes of
// native/binding/minitalk, and functions that lib/signals has no use for. Calls return 0
// or a value, or a negative errno; nothing here throws. Only lib/minitalk imports it.
import { addon } from './load.js';
import type { NativeChannel, SignalsBinding } from './signals.js';

/** Permission for one client to send one frame. */
export interface NativeGrant {
  /** 0 to 4095 */
  readonly number: number;
  readonly session: number;
  readonly pid: number;
  readonly thread: number;
  /** The descriptor of the thread's status, with which its process is looked at after a pause; -1: none. */
  readonly status: number;
  /** Length of the frame; of data words too. */
  readonly bits: number;
  /** One of DataMode. */
  readonly mode: number;
  /** Where this thread takes the data, as `holdableCpu` said; -1: anywhere. */
  readonly cpu: number;
  /** Data signals of the frame that are there already. */
  readonly count: number;
  /** By which they may come, as many as there are; 0: by none. */
  readonly lanes: number;
  /** Whether the lanes go to the CPU that the client names. */
  readonly together: boolean;
}

/** The claim on being the process's server. Without it all calls give EBADF. */
export interface NativeServer {
  /**
   * For this channel, whose end ends the claim; 0: without bursts.
   * Errors: EADDRINUSE (this process has a server), EALREADY, EBADF (the channel is
   * closed), EINVAL (no channel, no signal).
   */
  claim(channel: NativeChannel, burstSignal: number): number;
  /**
   * Replaces the present grant: the handler counts and acknowledges its data. While the
   * loop has nothing else to do this thread takes them itself, in slices.
   * Errors: EINVAL.
   */
  grant(grant: NativeGrant): number;
  /**
   * From now on the present grant's data are taken on this CPU, -1: anywhere; by lanes, where
   * the client says that it runs, or anywhere.
   */
  place(cpu: number, together: boolean): number;
  /**
   * Takes the present grant back: no more data count. Returns how many data signals of
   * its frame are there; the records of all of them are in the ring by then.
   */
  clearGrant(): number;
  /** Data signals taken under the present grant; -1 when it is not started. */
  grantCount(): number;
  /** By how many lanes the present grant's data come; 0: by none, or it is not started. */
  grantLanes(): number;
  /** Whether a grant by lanes would start without a round for that. */
  areLanesSettled(): boolean;
  /**
   * The thread ids of the lanes, in order; if there are fewer than `count`, 1 to 64, more are
   * made, as far as the system gives threads.
   */
  startLanes(count: number): number[];
  /** Waits for their end. Errors: EBUSY (the present grant names them). */
  endLanes(): number;
  /**
   * Bits of the latest grant's frame that are put together, with those that were there before
   * it. `drain` does that, and hands over the records of the first and of the last one alone.
   */
  bitCount(): number;
  /** Whether all data of the latest grant's frame are there, where they came by lanes; else true. */
  isFrameWhole(): boolean;
  /** Fills `frame` with the frame's beginning. */
  copyFrame(frame: Uint8Array): number;
  /**
   * Puts the beginning of the next grant's frame back; of bits all of it, what is not there
   * yet as 0. Errors: EBUSY (there is a grant).
   */
  restoreFrame(bytes: Uint8Array): number;
  /**
   * The files that announce this server, there or about to be: removed when its
   * environment ends without `close`, as a terminated Worker's does, where no JavaScript
   * runs any more.
   * Errors: EBADF.
   */
  announce(...paths: string[]): number;
  /** Gives the claim back. Safe to repeat. */
  close(): void;
}

/** A frame to be sent under a grant. */
export interface NativeFrame {
  readonly session: number;
  readonly grant: number;
  readonly bytes: Uint8Array;
  /** One of DataMode. */
  readonly mode: number;
  /** Bytes that a data word carries: 8 or 24. */
  readonly payload: number;
  /** In burst mode. */
  readonly burstSignal: number;
  /** Data signals that may be on their way. */
  readonly window: number;
  /** The server's threads by which the data go, 2 to 64 of them; none: not by lanes. */
  readonly lanes: Int32Array;
  /** By lanes, where this thread is going to transmit; -1: anywhere. */
  readonly cpu: number;
}

/** A client's line to one server. */
export interface NativeTransmitter {
  /** Errors: ENOSPC (256 lines in this process), ENOSYS (not Linux). */
  open(pid: number, thread: number, pidfd: number): number;
  /** Makes this the frame to be sent. Errors: EINVAL, EBADF (not open). */
  begin(frame: NativeFrame): number;
  /**
   * Transmits for about `microseconds`, on `cpu` if allowed (-1: anywhere), with
   * all signals of this thread blocked. Returns a TransmitStatus or a negative
   * errno: ESRCH, EPERM.
   */
  transmit(cpu: number, microseconds: number): number;
  /** Bytes of the frame that the server has taken. */
  taken(): number;
  /** When the server last answered within this frame, CLOCK_MONOTONIC in ms; 0: not yet. */
  lastReply(): number;
  /** Gives the line back. Safe to repeat. */
  close(): void;
}

/** What carries data: native/handler/minitalk/data_word.h. */
export const DataMode = { bit: 0, word: 1, burst: 2 } as const;

/** How a slice of transmitting ended. */
export const TransmitStatus = {
  sliceOver: 0,
  frameDone: 1,
  stalled: 2,
  mismatch: 3,
} as const;

export interface MinitalkBinding
  extends Pick<SignalsBinding, 'currentThread' | 'hasQueue' | 'queue'> {
  Server: new () => NativeServer;
  Transmitter: new () => NativeTransmitter;
  /**
   * Sends a control word to the thread behind a status descriptor. 1: its process does not
   * catch both signals, and nothing was sent. Errors: of the look and of rt_tgsigqueueinfo(2).
   */
  sendWord(status: number, pid: number, thread: number, high: number, low: number): number;
  /** Bytes that a data word can carry, as tested: 24, 8, or 0 where there are none. */
  largestPayload(): number;
  /** The CPU that runs this thread now, if it may be held there; -1: none. */
  holdableCpu(): number;
}

export const binding = addon as MinitalkBinding;

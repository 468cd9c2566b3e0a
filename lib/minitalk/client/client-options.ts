// What callers of connect and send give and get.
import type { MinitalkError } from '../errors.js';

/** How connect() reaches a server. */
export interface ConnectOptions {
  /** Longest silence of the server, ms, more than 0; default 10,000. */
  timeout?: number;
  /** Signal a process that is not registered as a server, or does not catch the signals: this can end it. */
  force?: boolean;
  /** 'auto': transmit on one CPU with the server, in slices. Default. */
  place?: 'auto' | 'off';
  /**
   * Called with what keeps the server's answers away while the client waits on: code EAGAIN, a
   * full signal queue on either side (RLIMIT_SIGPENDING), once each time that it happens.
   */
  onWarning?: (warning: MinitalkError) => void;
  /** Gives up the connecting. */
  signal?: AbortSignal;
}

/** How far a message has got. */
export interface Progress {
  /** Bytes that the server has taken, of `total`. */
  readonly sent: number;
  readonly total: number;
}

/** How send() sends one message. */
export interface SendOptions {
  /**
   * What a signal carries, see docs/protocol.md. 'bit': a bit of SIGUSR1 or SIGUSR2, the
   * default. 'word': SIGUSR1 carries 8 or 24 bytes. 'burst': a realtime signal carries
   * them, many at once. 'auto': the fastest that both ends can do.
   */
  mode?: 'bit' | 'word' | 'burst' | 'auto';
  /** Bits in a data word; default: 192 where a test shows that the kernel passes them, else 64. */
  payload?: 64 | 192;
  /** Gives up the message; whether the server has it is then unknown. */
  signal?: AbortSignal;
  /** Called about every 2 ms while data are sent. */
  onProgress?: (progress: Progress) => void;
}

/** A delivered message. */
export interface Delivery {
  readonly bytes: number;
  readonly mode: 'bit' | 'word' | 'burst';
  /** From the call to "delivered", ms. */
  readonly durationMs: number;
  /** False: sent, and the dialect has no signal by which the server could say that it has it. */
  readonly delivered: boolean;
}

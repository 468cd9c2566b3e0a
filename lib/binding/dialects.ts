// The contract with the native addon, what is for other minitalks' dialects: the classes of
// native/binding/dialects. Calls return 0 or a value, or a negative errno; nothing here throws.
// Only lib/dialects imports it.
import { addon } from './load.js';
import type { NativeChannel, SignalsBinding } from './signals.js';

/** Whom a StepSender sends to. The descriptors stay open until it is closed. */
export interface NativeStepTarget {
  readonly pid: number;
  readonly pidfd: number;
  /** Of its main thread's status. */
  readonly status: number;
  /** By what it refuses, where that is not awaited: 1 SIGUSR1, 2 SIGUSR2, 0 nothing. */
  readonly busy: number;
  /** Pause after a step that awaits nothing, µs; -1: until /proc says that it was taken. */
  readonly gap: number;
}

/** Steps to one process: signals, and what is awaited after each. */
export interface NativeStepSender {
  /** Errors: ENOSPC (16 in this process), ENOSYS (no pidfd_open(2)), EALREADY. */
  open(target: NativeStepTarget): number;
  /**
   * The next steps, see lib/dialects/encode.ts, once those before are done. A new message's
   * first is sent when the target rests. Errors: EINVAL, EBADF.
   */
  begin(piece: { readonly steps: Uint8Array; readonly isNewMessage: boolean }): number;
  /**
   * Sends for about `microseconds`, with all signals of this thread blocked. Returns a
   * StepStatus or a negative errno: ESRCH, EPERM.
   */
  run(microseconds: number): number;
  /** Steps of the present piece that are done. */
  done(): number;
  /** Safe to repeat. */
  close(): void;
}

/** How a slice ended: native/core/dialects/step_sender.h. */
export const StepStatus = { sliceOver: 0, done: 1, stalled: 2, busy: 3, deaf: 4 } as const;

/** The claim on being the process's server of a dialect. Without it all calls give EBADF. */
export interface NativeDialectServer {
  /**
   * For this channel, whose end ends the claim; `ackBy` is one of AckBy.
   * Errors: EADDRINUSE, EALREADY, EBADF (the channel is closed), EINVAL.
   */
  claim(channel: NativeChannel, ackBy: number): number;
  /**
   * Has other threads leave the signals to the main one, so that they keep their order; those
   * that come later are to be gathered, too.
   */
  gather(): number;
  /**
   * From now on the handler records this process's signals, and acknowledges the next `plain`
   * of them (ALL_PLAIN: all). The descriptors stay open until `dismiss`.
   * Errors: EEXIST, ENOSPC (32 are), EINVAL.
   */
  admit(pid: number, pidfd: number, status: number, plain: number): number;
  /** Changes how many of them. Errors: ESRCH. */
  setPlain(pid: number, plain: number): number;
  /** Undoes `admit`. Errors: ESRCH. */
  dismiss(pid: number): number;
  /** Ends the claim. Safe to repeat. */
  close(): void;
}

/** native/handler/dialects/dialect_state.h */
export const AckBy = { nothing: 0, usr1: 1, usr2: 2, echo: 3 } as const;
export const ALL_PLAIN = 0xffff_ffff;

/** What the record of an admitted process's signal has for a tag. */
export const Tag = { acknowledged: 1, withheld: 2 } as const;

export interface DialectsBinding
  extends Pick<SignalsBinding, 'hasQueue' | 'pidfdSendSignal' | 'pidfdExited'> {
  DialectServer: new () => NativeDialectServer;
  StepSender: new () => NativeStepSender;
}

export const binding = addon as DialectsBinding;

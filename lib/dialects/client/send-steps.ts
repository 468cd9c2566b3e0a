// One message's steps, in slices between which the event loop lives.
import { constants } from 'node:os';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { type NativeStepSender, StepStatus } from '../../binding/dialects.js';
import { MinitalkError, serverDeaf, serverGone } from '../../minitalk/errors.js';
import { createAttention } from '../../minitalk/peer/attention.js';
import { abortError, check, systemError } from '../../signals/errors.js';

const { ESRCH } = constants.errno;
const SLICE_US = 2000;
const STALLED_REST_MS = 4;
/** From one look to the next at most, on a busy machine too. */
const ROUND_MS = 50;

export interface StepsToSend {
  readonly sender: NativeStepSender;
  readonly pid: number;
  readonly pieces: Iterable<Uint8Array>;
  /** Of all pieces. */
  readonly total: number;
  /** Longest time in which no step gets done, ms. */
  readonly timeout: number;
  readonly signal: AbortSignal;
  /** After each slice: steps that are done. */
  readonly progress: (done: number) => void;
}

/**
 * @throws MinitalkError ESRCH, ETIMEDOUT, ERR_SERVER_FULL (it refuses), ERR_SERVER_CLOSED (it
 * does not catch the signals any more), ABORT_ERR; SignalError EPERM
 */
export async function sendSteps(steps: StepsToSend): Promise<void> {
  const { sender, pid, timeout, signal } = steps;
  const attention = createAttention();
  let before = 0; // steps of earlier pieces
  let since = attention.now; // when the last one got done
  for (const piece of steps.pieces) {
    check(
      sender.begin({ steps: piece, isNewMessage: before === 0 }),
      'begin',
      () => 'send the steps',
    );
    for (let done = 0; ; ) {
      const status = sender.run(SLICE_US);
      const isFurther = sender.done() > done;
      done = sender.done();
      steps.progress(before + done);
      if (status === StepStatus.done) break;
      const where = `signal ${before + done + 1} of ${steps.total} was sent`;
      if (status < 0) {
        throw status === -ESRCH
          ? serverGone(pid, where)
          : systemError(status, 'pidfd_send_signal', `signal server ${pid}`);
      }
      if (status === StepStatus.deaf) throw serverDeaf(pid, where);
      if (status === StepStatus.busy) throw refuses(pid, where);
      await (status === StepStatus.stalled ? sleep(STALLED_REST_MS) : nextTurn());
      if (signal.aborted) throw abortError(signal);
      attention.listened(ROUND_MS);
      if (isFurther) since = attention.now;
      else if (attention.hasPassed(since, timeout)) throw silent(pid, timeout, where);
    }
    before += piece.length;
    since = attention.now;
  }
}

function refuses(pid: number, where: string): MinitalkError {
  return new MinitalkError(
    'ERR_SERVER_FULL',
    `server ${pid} signals that it is busy, or gives up, when ${where}`,
  );
}

function silent(pid: number, ms: number, where: string): MinitalkError {
  return new MinitalkError(
    'ETIMEDOUT',
    `server ${pid} did not go on for ${ms / 1000} s when ${where}: it may be stopped, have lost the signal, or speak another dialect`,
  );
}

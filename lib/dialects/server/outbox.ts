// What is said to one client, in its order. A signal that is pending takes no second one of
// its number, and the lower number is taken first: who says more waits until the client has
// taken what would be lost, or overtaken.
import { constants } from 'node:os';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { binding } from '../../binding/dialects.js';
import { lookAtThread, type PinnedThread } from '../../minitalk/peer/pinned.js';
import { monotonicMs } from '../../signals/internal/clock.js';
import type { Signal } from '../dialect.js';

const { SIGUSR1, SIGUSR2 } = constants.signals;
/** A client that runs takes a signal sooner: so long each turn of the loop looks. */
const PROMPT_MS = 1;
const STEP_MS = 1;
/** Longer than a client is kept from running, unless it is stopped. */
const PATIENCE_MS = 500;

export interface Outbox {
  /** Sends them, the first at once unless others wait; to nobody who does not catch both signals now. */
  say(signals: readonly Signal[]): void;
  /** Resolves when all has been said, or given up. */
  settled(): Promise<void>;
}

export function createOutbox(client: PinnedThread): Outbox {
  let waiting: Signal[] = [];
  let last: Signal | undefined; // the one sent before, while it may be pending
  let isPumping = false;
  let pumped: Promise<void> = Promise.resolve();

  function send(signal: Signal): void {
    if (lookAtThread(client).is !== 'catching') return;
    const { pid, pidfd } = client.process;
    binding.pidfdSendSignal(pidfd, pid, signal === 1 ? SIGUSR1 : SIGUSR2);
    last = signal;
  }

  function isInTheWay(signal: Signal): boolean {
    if (last === undefined || last < signal) return false;
    const look = client.status.look();
    return look.is === 'seen' && [SIGUSR1, SIGUSR2].some(look.value.hasPending);
  }

  async function pump(): Promise<void> {
    isPumping = true;
    for (let signal = waiting.shift(); signal !== undefined; signal = waiting.shift()) {
      await untilFree(signal);
      send(signal);
    }
    isPumping = false;
  }

  async function untilFree(signal: Signal): Promise<void> {
    const since = monotonicMs();
    while (isInTheWay(signal)) {
      const waited = monotonicMs() - since;
      if (waited >= PATIENCE_MS) return;
      await (waited < PROMPT_MS ? nextTurn() : sleep(STEP_MS));
    }
  }

  return {
    say(signals) {
      const [first, ...more] = signals;
      if (first === undefined) return;
      if (isPumping) {
        waiting.push(...signals);
        return;
      }
      // What was said before has been answered by a signal of the client since.
      last = undefined;
      send(first);
      if (more.length === 0) return;
      waiting = more;
      pumped = pump();
    },
    settled: () => pumped,
  };
}

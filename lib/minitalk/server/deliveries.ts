// Whole messages that the consumer is taking.
import type { Message } from './message.js';

export interface Deliveries {
  /** Hands a message over; `finished` hears whether the consumer took it. */
  begin(message: Message, finished: (isTaken: boolean) => void): void;
  /** Resolves when those that have begun are finished. */
  settled(): Promise<unknown>;
}

/** @param deliver a throw or a rejection means that nobody has the message */
export function createDeliveries(
  deliver: (message: Message) => Promise<void> | undefined,
): Deliveries {
  const running = new Set<Promise<void>>();

  async function run(message: Message, finished: (isTaken: boolean) => void): Promise<void> {
    let isTaken = true;
    try {
      const work = deliver(message);
      // Not where there is nothing to wait for: the client hears at once.
      if (work !== undefined) await work;
    } catch {
      isTaken = false;
    }
    finished(isTaken);
  }

  return {
    begin(message, finished) {
      const delivery = run(message, finished).finally(() => {
        running.delete(delivery);
      });
      running.add(delivery);
    },
    settled: () => Promise.allSettled(running),
  };
}

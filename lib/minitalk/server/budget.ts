// The bytes of messages that are coming in or being delivered: bounded, however many
// sessions there are and however long the consumer takes.
import type { IncomingMessage } from './incoming.js';

/** So many messages of the greatest length may be held. */
const LONGEST_MESSAGES = 4;
/** Below it nothing is worth waiting for, bytes. */
const LEAST_BUDGET = 2 ** 20;

export interface Budget {
  /** Whether there is room for the message, which keeps it until it is dropped. Safe to repeat. */
  admit(message: IncomingMessage): boolean;
  /** Safe to repeat. */
  drop(message: IncomingMessage): void;
}

/** @param maxMessage bytes of the longest one */
export function createBudget(maxMessage: number): Budget {
  const limit = Math.max(LONGEST_MESSAGES * maxMessage, LEAST_BUDGET);
  const admitted = new Set<IncomingMessage>();
  let held = 0;
  return {
    admit(message) {
      if (admitted.has(message)) return true;
      if (held + message.length > limit) return false;
      admitted.add(message);
      held += message.length;
      return true;
    },
    drop(message) {
      if (admitted.delete(message)) held -= message.length;
    },
  };
}

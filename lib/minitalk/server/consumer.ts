// Who takes a server's messages: its `deliver` option, `message` listeners, or one
// iterator. Delivered means that one of them has it.
import { MinitalkError } from '../errors.js';
import type { Message } from './message.js';

export interface Consumer {
  /** Hands the message over. A throw or a rejection means that nobody has it. */
  take(message: Message): Promise<void> | undefined;
  /** @throws MinitalkError ERR_ALREADY_ITERATED */
  iterate(): AsyncIterator<Message, undefined>;
  /** Takes back what waits for an iterator that is busy. */
  dropBacklog(): void;
  /** Ends the iteration. */
  end(): void;
}

interface Waiting {
  readonly message: Message;
  readonly taken: () => void;
  readonly dropped: (reason: Error) => void;
}

type Result = IteratorResult<Message, undefined>;

const DONE: Result = { done: true, value: undefined };

/** @param announce emits the message; false when nobody listens */
export function createConsumer(
  deliver: ((message: Message) => void | Promise<void>) | undefined,
  announce: (message: Message) => boolean,
): Consumer {
  const backlog: Waiting[] = [];
  let isIterating = false;
  let isEnded = false;
  let awaiting: ((result: Result) => void) | undefined;

  function toListeners(message: Message): Promise<void> | undefined {
    let isHeard: boolean;
    try {
      isHeard = announce(message);
    } catch (error) {
      // A listener that throws has not taken it; its error is uncaught, as ever.
      queueMicrotask(() => {
        throw error;
      });
      throw error;
    }
    if (isIterating) return toIterator(message);
    if (!isHeard && deliver === undefined) throw new Error('nobody takes messages');
    return undefined;
  }

  function toIterator(message: Message): Promise<void> | undefined {
    if (awaiting === undefined) {
      return new Promise((taken, dropped) => backlog.push({ message, taken, dropped }));
    }
    awaiting({ done: false, value: message });
    awaiting = undefined;
    return undefined;
  }

  function dropBacklog(): void {
    for (const { dropped } of backlog.splice(0)) dropped(new Error('nobody takes messages'));
  }

  return {
    take(message) {
      const taken = deliver?.(message);
      return taken instanceof Promise
        ? taken.then(() => toListeners(message))
        : toListeners(message);
    },
    iterate() {
      if (isIterating) {
        throw new MinitalkError(
          'ERR_ALREADY_ITERATED',
          'this server already has an iterator: messages cannot go to two',
        );
      }
      isIterating = true;
      return {
        next() {
          const entry = backlog.shift();
          if (entry !== undefined) {
            entry.taken();
            return Promise.resolve({ done: false, value: entry.message });
          }
          if (isEnded) return Promise.resolve(DONE);
          return new Promise((resolve) => {
            awaiting = resolve;
          });
        },
        return() {
          isIterating = false;
          dropBacklog();
          return Promise.resolve(DONE);
        },
      };
    },
    dropBacklog,
    end() {
      isEnded = true;
      awaiting?.(DONE);
    },
  };
}

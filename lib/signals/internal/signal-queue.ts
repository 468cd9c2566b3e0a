// Signals that wait for the one who iterates over a watcher.
import { SignalError } from '../errors.js';
import type { SignalInfo } from '../info.js';

type Result = IteratorResult<SignalInfo, undefined>;

const DONE: Result = { done: true, value: undefined };

export interface SignalQueue {
  readonly isIterating: boolean;
  /** False when there is no room for it. */
  push(info: SignalInfo): boolean;
  /** @throws SignalError ERR_ALREADY_ITERATED */
  iterate(): AsyncIterator<SignalInfo, undefined>;
  /** Ends the iteration once the queue is empty; at once, and with `error`, where there is one. */
  end(error?: Error): void;
}

/** @param onDone called with a signal when the iterating side has finished with it */
export function createSignalQueue(
  capacity: number,
  onDone: (info: SignalInfo) => void,
): SignalQueue {
  let queue: SignalInfo[] = [];
  let head = 0;
  let isIterating = false;
  let isEnded = false;
  let failure: Error | undefined;
  const present: SignalInfo[] = [];
  const awaiting: { resolve: (result: Result) => void; reject: (error: Error) => void }[] = [];

  function finishPresent(): void {
    for (const info of present.splice(0)) onDone(info);
  }

  function shift(): SignalInfo | undefined {
    const info = queue[head];
    if (info === undefined) return undefined;
    head += 1;
    // Not at each step: that would move the rest of a long queue each time.
    if (head >= 1024 || head === queue.length) {
      queue = queue.slice(head);
      head = 0;
    }
    return info;
  }

  function next(): Promise<Result> {
    finishPresent();
    if (failure !== undefined) return Promise.reject(failure);
    const info = shift();
    if (info !== undefined) {
      present.push(info);
      return Promise.resolve({ done: false, value: info });
    }
    if (isEnded) return Promise.resolve(DONE);
    return new Promise((resolve, reject) => awaiting.push({ resolve, reject }));
  }

  function stop(): Promise<Result> {
    finishPresent();
    isIterating = false;
    for (const { resolve } of awaiting.splice(0)) resolve(DONE);
    return Promise.resolve(DONE);
  }

  return {
    get isIterating() {
      return isIterating;
    },
    push(info) {
      const waiting = awaiting.shift();
      if (waiting !== undefined) {
        present.push(info);
        waiting.resolve({ done: false, value: info });
        return true;
      }
      if (queue.length - head >= capacity) return false;
      queue.push(info);
      return true;
    },
    iterate() {
      if (isIterating) {
        throw new SignalError(
          'ERR_ALREADY_ITERATED',
          'this watcher is already iterated over: a signal cannot go to two',
        );
      }
      isIterating = true;
      return { next, return: stop };
    },
    end(error) {
      isEnded = true;
      failure = error;
      for (const { resolve, reject } of awaiting.splice(0)) {
        if (error === undefined) resolve(DONE);
        else reject(error);
      }
    },
  };
}

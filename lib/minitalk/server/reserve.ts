// File descriptors kept back, so that a server which has no other left can still pin, look
// at and answer the process that it has to turn away.
import { closeSync, openSync } from 'node:fs';

/** A process's pidfd and its thread's status. */
const DESCRIPTORS = 2;

export interface Reserve {
  /** Runs `work` with the descriptors free for it; what it keeps of them is missed until it is given back. */
  lend<Result>(work: () => Result): Result;
  /** Safe to repeat. */
  close(): void;
}

export function createReserve(): Reserve {
  const held: number[] = [];

  function fill(): void {
    try {
      while (held.length < DESCRIPTORS) held.push(openSync('/dev/null', 'r'));
    } catch {
      // Somebody else was quicker: the next time there may be one.
    }
  }

  function empty(): void {
    for (const descriptor of held.splice(0)) closeSync(descriptor);
  }

  fill();
  return {
    lend(work) {
      empty();
      try {
        return work();
      } finally {
        fill();
      }
    },
    close: empty,
  };
}

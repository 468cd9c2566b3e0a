import { abortError } from '../../signals/errors.js';
import type { Word } from '../wire/word.js';

/** Control words for one client, in order of arrival, to be awaited. */
export interface Mailbox {
  put(word: Word): void;
  /** Drops leading words that `isStale`; true when a word is left. */
  skip(isStale: (word: Word) => boolean): boolean;
  /** The next word; undefined after `ms` without one. Rejects when aborted. */
  next(ms: number, signal: AbortSignal | undefined): Promise<Word | undefined>;
}

export function createMailbox(): Mailbox {
  const words: Word[] = [];
  let arrived: (() => void) | undefined;
  return {
    put(word) {
      words.push(word);
      arrived?.();
    },
    skip(isStale) {
      while (words[0] !== undefined && isStale(words[0])) words.shift();
      return words.length > 0;
    },
    next(ms, signal) {
      if (signal?.aborted) return Promise.reject(abortError(signal));
      if (words.length > 0) return Promise.resolve(words.shift());
      return new Promise((resolve, reject) => {
        const settle = () => {
          clearTimeout(timer);
          clearImmediate(turn);
          signal?.removeEventListener('abort', settle);
          arrived = undefined;
          if (signal?.aborted) reject(abortError(signal));
          else resolve(words.shift());
        };
        // A loop that was blocked runs its timers first: what it has not yet heard comes next.
        let turn: NodeJS.Immediate | undefined;
        const timer = setTimeout(() => {
          turn = setImmediate(settle);
        }, ms);
        signal?.addEventListener('abort', settle);
        arrived = settle;
      });
    },
  };
}

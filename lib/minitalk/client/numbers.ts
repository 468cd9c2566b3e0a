// The numbers that name this environment's conversations with servers, the nonces of those
// that open and the sessions of the open ones. A word carries one number and nothing else
// that tells whose it is: so no two conversations with one server have the same, and none
// has one of which an old word may still be on its way.
import { LARGEST_SESSION, randomSession } from '../peer/random.js';

/** So many numbers of ended conversations are not used again yet. */
const RECENT = 4096;

export interface Numbers {
  /** A nonce that no conversation with this server has, or recently had. */
  newNonce(server: number): number;
  /** Notes a session's number; false when a conversation with this server has it. */
  claim(server: number, number: number): boolean;
  /** The conversation that had it has ended. */
  release(server: number, number: number): void;
}

export function createNumbers(random: () => number = randomSession): Numbers {
  const used = new Set<number>();
  const recent = new Set<number>(); // the oldest first
  const keyOf = (server: number, number: number) => server * (LARGEST_SESSION + 1) + number;
  return {
    newNonce(server) {
      let nonce = random();
      while (used.has(keyOf(server, nonce)) || recent.has(keyOf(server, nonce))) {
        nonce = (nonce % LARGEST_SESSION) + 1;
      }
      used.add(keyOf(server, nonce));
      return nonce;
    },
    claim(server, number) {
      const key = keyOf(server, number);
      if (used.has(key)) return false;
      used.add(key);
      return true;
    },
    release(server, number) {
      const key = keyOf(server, number);
      used.delete(key);
      recent.delete(key);
      recent.add(key);
      if (recent.size <= RECENT) return;
      for (const oldest of recent) {
        recent.delete(oldest);
        break;
      }
    },
  };
}

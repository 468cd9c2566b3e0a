// Processes that a server may be asked by, as the test wants them: to be imported before the
// server is. The kernel knows none of them.
import type { PinnedThread } from '../../lib/minitalk/peer/pinned.js';
import type { Claims } from '../../lib/minitalk/server/claimed.js';
import type { SignalError } from '../../lib/signals/errors.js';

/** What is known of each, by pid. */
export interface AnyClient {
  uid: number;
  /** Signals that it catches. */
  catches: number[];
  hasExited: boolean;
  /** No descriptor is left for it but the reserve's. */
  shortage?: SignalError;
  /** How often it is pinned now. */
  pins: number;
}

export const anyClients = new Map<number, AnyClient>();

function pin(pid: number, thread: number, client: AnyClient): PinnedThread {
  client.pins += 1;
  const status = {
    descriptor: pid, // tells whom a word is for
    look: () => ({
      is: 'seen',
      value: { realUid: client.uid, catches: (signo: number) => client.catches.includes(signo) },
    }),
  };
  return {
    process: { pid, hasExited: () => client.hasExited },
    thread,
    status,
    unpin() {
      client.pins -= 1;
    },
  } as unknown as PinnedThread;
}

jest.mock('../../lib/minitalk/server/claimed.js', () => ({
  createClaims: (): Claims => ({
    withPinned(pid, thread, use) {
      const client = anyClients.get(pid);
      if (client === undefined) return undefined;
      const peer = pin(pid, thread, client);
      const kept = use(peer, client.shortage);
      if (kept === undefined) peer.unpin();
      return kept;
    },
    close() {},
  }),
}));

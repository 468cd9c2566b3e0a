// A server takes no session from its own process. For tests that are both, it does: to be
// imported before the server is.
import { pinThread } from '../../lib/minitalk/peer/pinned.js';
import type { Claims } from '../../lib/minitalk/server/claimed.js';

jest.mock('../../lib/minitalk/server/claimed.js', () => ({
  createClaims: (): Claims => ({
    withPinned(pid, of, use) {
      const peer = pinThread(pid, of);
      const kept = use(peer);
      if (kept === undefined) peer.unpin();
      return kept;
    },
    close() {},
  }),
}));

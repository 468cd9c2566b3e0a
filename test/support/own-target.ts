// A client sends to no server of its own process. For tests in which both are this process,
// its target is `itself`: to be imported before the client is.
import { binding } from '../../lib/binding/minitalk.js';
import { send } from '../../lib/minitalk/peer/pinned.js';
import type { Target } from '../../lib/minitalk/peer/target.js';

/** What the target says of itself, as the test wants it. */
export const itself = {
  force: undefined as boolean | undefined,
  closed: 0,
  isRegistered: true,
  hasExited: false,
  maxMessage: 100 as number | undefined,
  lanes: [] as readonly number[],
};

export function ownTarget(force: boolean): Target {
  itself.force = force;
  const target: Partial<Target> = {
    process: {
      pid: process.pid,
      pidfd: -1,
      hasExited: () => itself.hasExited,
    } as Target['process'],
    thread: binding.currentThread(),
    maxMessage: itself.maxMessage,
    pendingLimit: 1000,
    look: () => ({ is: 'catching' }),
    catches: () => ({ is: 'seen', value: true }),
    lanes: (count) => itself.lanes.slice(0, count),
    lookAtRegistration: () => (itself.isRegistered ? { is: 'seen', value: true } : { is: 'gone' }),
    tell: (word) => send(target as Target, word),
    close() {
      itself.closed += 1;
    },
  };
  return target as Target;
}

jest.mock('../../lib/minitalk/peer/target.js', () => ({
  UNREGISTERED_MS: 3000,
  openTarget: (_pid: number, force: boolean) => ownTarget(force),
}));

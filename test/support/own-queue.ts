// Pending signals are counted by the user of who gets them, and so is RLIMIT_SIGPENDING: a
// test that fills the queue would take it from whatever else runs, or find it taken. As root
// it does that as a user who has no other process; else with a limit of its own, in which
// what others have queued counts too.
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asUser } from './processes.js';

const isRoot = process.getuid?.() === 0;

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export interface OwnQueue {
  /** A command that runs another one as its user, with room for so many signals. */
  prefix(limit?: number): string[];
  /** Where its servers are registered. */
  readonly env: NodeJS.ProcessEnv;
  /** Whether nobody else's signals count. */
  readonly isAlone: boolean;
}

/** @param uid of a user who has no process but those of this test */
export function ownQueue(uid: number): OwnQueue {
  const folder = mkdtempSync(join(tmpdir(), 'minitalk-queue-'));
  folders.push(folder);
  if (isRoot) chownSync(folder, uid, uid);
  return {
    prefix: (limit) => [
      ...(isRoot ? asUser(uid) : []),
      ...(limit === undefined ? [] : ['prlimit', `--sigpending=${limit}`]),
      ...(isRoot || limit !== undefined ? [] : ['env']),
    ],
    env: { XDG_RUNTIME_DIR: folder },
    isAlone: isRoot,
  };
}

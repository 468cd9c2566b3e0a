// How a child ended: what its parent alone is told, and all that is told of a SIGKILL.
import type { ChildProcess } from 'node:child_process';
import { countOomKills } from './internal/oom-kills.js';

/** The end of a child, see waitpid(2). */
export interface ChildExit {
  readonly pid: number;
  /** Its exit status; null where a signal ended it. */
  readonly code: number | null;
  /** What ended it; null where it exited. */
  readonly signal: NodeJS.Signals | null;
  /**
   * How many processes of its cgroup, and of those below, the kernel's out-of-memory killer
   * ended since childExit() was called: the child may be one of them, or not. undefined where
   * nobody counts, as in the root cgroup, or the count cannot be read any more.
   */
  readonly oomKills: number | undefined;
}

/**
 * Resolves when the child has ended. To be called while it runs, and in the cgroup in which it
 * stays: `oomKills` counts from then on, by memory.events below /sys/fs/cgroup, or in version 1
 * memory.oom_control. The signal's sender is not known here: of a SIGKILL nobody is told that.
 * @param child of node:child_process
 * @throws the error of spawn where it did not start
 */
export function childExit(child: ChildProcess): Promise<ChildExit> {
  const { pid } = child;
  const oomKills = pid === undefined ? () => undefined : countOomKills(pid);
  const exit = () =>
    Object.freeze({
      pid: pid as number,
      code: child.exitCode,
      signal: child.signalCode,
      oomKills: oomKills(),
    });
  return new Promise((resolve, reject) => {
    if (pid === undefined) child.once('error', reject);
    else if (child.exitCode !== null || child.signalCode !== null) resolve(exit());
    else child.once('exit', () => resolve(exit()));
  });
}

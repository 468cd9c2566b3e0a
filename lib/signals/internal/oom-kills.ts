// How often the kernel's out-of-memory killer has struck in a cgroup, see cgroups(7).
import { readFileSync } from 'node:fs';

const ROOT = '/sys/fs/cgroup';

/**
 * The file with the count of a process's memory cgroup, in version 2 or 1.
 * @param groups what its cgroup file in /proc says
 */
export function oomFileOf(groups: string): string | undefined {
  const [, legacy] = /^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(.*)$/m.exec(groups) ?? [];
  if (legacy !== undefined) return `${ROOT}/memory${legacy}/memory.oom_control`;
  const [, unified] = /^0::(.*)$/m.exec(groups) ?? [];
  return unified === undefined ? undefined : `${ROOT}${unified}/memory.events`;
}

/** @param events what that file says; undefined: it does not count them */
export function oomKillsIn(events: string): number | undefined {
  const [, count] = /^oom_kill (\d+)$/m.exec(events) ?? [];
  return count === undefined ? undefined : Number(count);
}

/**
 * Looks at the process's cgroup now; then gives how many it has killed there since, or undefined
 * where nobody counts, or that cannot be read.
 */
export function countOomKills(pid: number): () => number | undefined {
  const file = oomFileOf(read(`/proc/${pid}/cgroup`));
  if (file === undefined) return () => undefined;
  const before = oomKillsIn(read(file));
  return () => {
    const now = oomKillsIn(read(file));
    return before === undefined || now === undefined ? undefined : now - before;
  };
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // the root cgroup has no such file, and one goes with its cgroup
  }
}

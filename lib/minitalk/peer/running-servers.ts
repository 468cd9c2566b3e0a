import { ageMs } from './age.js';
import { listRegistrations, type Registration } from './registration.js';

/** A server of this user that runs now. */
export interface RunningServer {
  readonly pid: number;
  /** For connect() with an @ before it; absent where it has none. */
  readonly name?: string;
  readonly uid: number;
  /** How long its process has run, ms; absent where /proc does not tell. */
  readonly ageMs?: number;
  /** Longest message that it takes, bytes; absent where it does not tell. */
  readonly maxMessage?: number;
}

/**
 * The running servers of this user in this pid namespace, by pid: what `minitalk list` shows.
 * @throws SignalError EACCES, EMFILE and others when this process cannot look for them
 */
export function listServers(): RunningServer[] {
  const uid = process.getuid?.() ?? 0;
  return listRegistrations(uid).map((registration) => runningServer(registration, uid));
}

function runningServer(
  { pid, name, startTime, maxMessage }: Registration,
  uid: number,
): RunningServer {
  const age = ageMs(startTime);
  return {
    pid,
    ...(name === undefined ? {} : { name }),
    uid,
    ...(age === undefined ? {} : { ageMs: age }),
    ...(maxMessage === undefined ? {} : { maxMessage }),
  };
}

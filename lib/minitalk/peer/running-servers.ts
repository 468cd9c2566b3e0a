import { listRegistrations } from './registration.js';

/** A server of this user that runs now. */
export interface RunningServer {
  readonly pid: number;
  /** For connect() with an @ before it; absent where it has none. */
  readonly name?: string;
}

/**
 * The running servers of this user in this pid namespace, by pid: what `minitalk list` shows.
 * @throws SignalError EACCES, EMFILE and others when this process cannot look for them
 */
export function listServers(): RunningServer[] {
  return listRegistrations(process.getuid?.() ?? 0).map(({ pid, name }) =>
    name === undefined ? { pid } : { pid, name },
  );
}

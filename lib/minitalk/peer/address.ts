// What a server is called by: its pid, or @name.
import { assertPid } from '../../signals/send.js';
import { ambiguousName, MinitalkError, unknownName } from '../errors.js';
import { assertName } from './registration.js';
import { listServers } from './running-servers.js';

/**
 * The pid that an address says. A number is returned as it is.
 * @param address a pid, also in decimal digits, or `@name`
 * @throws MinitalkError ERR_INVALID_PID, ERR_INVALID_NAME, ESRCH (no server of that name),
 * ERR_AMBIGUOUS_NAME; SignalError as listServers
 */
export function pidOf(address: number | string): number {
  if (typeof address !== 'string') return address;
  if (address.startsWith('@')) return pidOfName(address.slice(1));
  // Digits alone are no guard: 4294967297 is 1 in 32 bits. assertPid checks the range.
  const pid = /^[0-9]{1,10}$/.test(address) ? Number(address) : Number.NaN;
  if (Number.isNaN(pid)) {
    throw new MinitalkError(
      'ERR_INVALID_PID',
      `invalid pid ${JSON.stringify(address)}: expected a whole number, or @name`,
    );
  }
  if (pid !== 1) assertPid(pid); // 1 can be a server, in a container: connect looks
  return pid;
}

function pidOfName(name: string): number {
  assertName(name);
  const pids = listServers()
    .filter((server) => server.name === name)
    .map(({ pid }) => pid);
  const [pid] = pids;
  if (pid === undefined) throw unknownName(name);
  // Two that began in the same instant, or that could not see each other's directory.
  if (pids.length > 1) throw ambiguousName(name, pids);
  return pid;
}

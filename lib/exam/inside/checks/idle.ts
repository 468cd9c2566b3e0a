// What a server costs while nobody sends.
import { setTimeout as sleep } from 'node:timers/promises';
import { type Finding, failed, passed, skipped } from '../../finding.js';
import { cpuTime } from '../process-state.js';
import type { Programs } from '../programs.js';
import { howEnded } from '../stranger.js';

const IDLE_MS = 1000;
const BUSY_SHARE = 0.05;

export async function idle(programs: Programs): Promise<Finding> {
  const server = await programs.startServer();
  await programs.send(server, 'Hello');
  const before = cpuTime(server.pid);
  await sleep(IDLE_MS);
  const after = cpuTime(server.pid);
  if (before === undefined || after === undefined) {
    return server.stranger.ended === undefined
      ? skipped('this kernel tells no CPU time')
      : failed(`the server ended: ${howEnded(server.stranger.ended)}`);
  }
  const share = (after - before) / IDLE_MS;
  const seen = `${(100 * share).toFixed(1)} % of a CPU`;
  return share < BUSY_SHARE
    ? passed(seen)
    : failed(seen, 'it loops while it waits: call pause(), or sigsuspend(), in that loop');
}

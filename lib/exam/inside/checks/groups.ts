// kill(0, …): the whole process group is signalled.

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Finding, failed, passed, skipped } from '../../finding.js';
import { startInGroup } from '../group.js';
import { catchesBoth, childrenOf, isAlive, nameOf } from '../process-state.js';
import type { Programs } from '../programs.js';
import { Stranger } from '../stranger.js';

const START_MS = 1500;
const CLIENT_MS = 3000;
const EFFECT_MS = 50;

const ZERO =
  'kill(0, …), or kill(pid, …) with a pid that is 0: check info->si_pid before each answer';

export async function group({ folder }: Programs): Promise<Finding> {
  const server = startInGroup([join(folder, 'server')], folder);
  const { stranger } = server;
  await stranger.until(() => stranger.output.includes(String(stranger.pid)), START_MS);
  await sleep(EFFECT_MS);
  const client = startInGroup([join(folder, 'client'), String(stranger.pid), 'Hello'], folder);
  await client.stranger.exitWithin(CLIENT_MS);
  await sleep(EFFECT_MS);
  const hit = [
    ...(server.hasEnded() ? ["the server's"] : []),
    ...(client.hasEnded() ? ["the client's"] : []),
  ];
  return hit.length === 0
    ? passed('both groups live')
    : failed(`${hit.join(' and ')} group was signalled`, ZERO);
}

/** A namespace within this one: from there we have no pid. Pid 1 is the shell, which waits. */
const NESTED = [
  ...['--user', '--map-current-user', '--pid', '--fork', '--kill-child=KILL', '--'],
  ...['sh', '-c', 'sleep 60 >/dev/null 2>&1 & "$0" & wait'],
];
/** Some bytes, whatever the dialect. */
const SIGNALS = 24;

export async function outside({ folder }: Programs): Promise<Finding> {
  const unshare = new Stranger('unshare', [...NESTED, join(folder, 'server')], folder);
  await unshare.until(() => unshare.output.length > 0, START_MS);
  await sleep(2 * EFFECT_MS);
  const inside = childrenOf(unshare.pid).flatMap(childrenOf);
  const other = inside.find((pid) => nameOf(pid) === 'sleep');
  const server = inside.find((pid) => nameOf(pid) === 'server');
  if (other === undefined || server === undefined) return skipped('no namespace within this one');
  if (!catchesBoth(server)) return skipped('the server does not catch the signals');
  for (let i = 0; i < SIGNALS && isAlive(server); i += 1) {
    process.kill(server, i % 3 === 0 ? 'SIGUSR1' : 'SIGUSR2');
    await sleep(5);
  }
  if (!isAlive(other)) return failed('its group was signalled', ZERO);
  return isAlive(server) ? passed('nobody was signalled') : failed('the server ended', ZERO);
}

// What a program does besides sending texts.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type Finding, failed, passed, skipped } from '../../finding.js';
import { cpuTime, isAlive } from '../process-state.js';
import { catches, type Programs } from '../programs.js';
import { howEnded, Stranger, sleep } from '../stranger.js';
import { startInGroup } from './command-lines.js';

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

const ZERO =
  'kill(0, …), or kill(pid, …) with a pid that is 0: check info->si_pid before each answer';

export async function group(programs: Programs): Promise<Finding> {
  const server = startInGroup([join(programs.folder, 'server')], programs.folder);
  const { stranger } = server;
  try {
    await stranger.until(() => stranger.output.includes(String(stranger.pid)), 1500);
    await sleep(50);
    const client = startInGroup(
      [join(programs.folder, 'client'), String(stranger.pid), 'Hello'],
      programs.folder,
    );
    await client.stranger.exitWithin(3000);
    await sleep(50);
    const hit = [
      ...(server.hasEnded() ? ["the server's"] : []),
      ...(client.hasEnded() ? ["the client's"] : []),
    ];
    await client.stranger.end();
    return hit.length === 0
      ? passed('both groups live')
      : failed(`${hit.join(' and ')} group was signalled`, ZERO);
  } finally {
    await stranger.end();
  }
}

/** The server is in a pid namespace below ours, so that it sees pid 0. */
export async function outside(programs: Programs): Promise<Finding> {
  const script = 'sleep 60 >/dev/null 2>&1 & "$0" & wait';
  const nested = [
    '--user',
    '--map-current-user',
    '--pid',
    '--fork',
    '--kill-child=KILL',
    '--',
    'sh',
    '-c',
    script,
  ];
  const shell = new Stranger(
    'unshare',
    [...nested, join(programs.folder, 'server')],
    programs.folder,
  );
  try {
    await shell.until(() => shell.output.length > 0, 1500);
    await sleep(100);
    const [pid1 = 0] = childrenOf(shell.pid);
    const below = childrenOf(pid1);
    const other = below.find((pid) => nameOf(pid) === 'sleep');
    const server = below.find((pid) => nameOf(pid) === 'server');
    if (other === undefined || server === undefined) return skipped('no namespace below this one');
    if (!catches(server)) return skipped('the server does not catch the signals');
    for (let i = 0; i < 24 && isAlive(server); i += 1) {
      process.kill(server, i % 3 === 0 ? 'SIGUSR1' : 'SIGUSR2');
      await sleep(5);
    }
    if (!isAlive(other)) return failed('its group was signalled', ZERO);
    return isAlive(server) ? passed('nobody was signalled') : failed('the server ended', ZERO);
  } finally {
    await shell.end();
  }
}

function childrenOf(pid: number): number[] {
  const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' });
  return stdout.split('\n').map(Number).filter(Boolean);
}

function nameOf(pid: number): string {
  const { stdout } = spawnSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim();
}

const VALGRIND = ['valgrind', '--leak-check=full', '--show-leak-kinds=definite,indirect'];

export async function leaks(programs: Programs): Promise<Finding> {
  if (spawnSync('valgrind', ['--version'], { stdio: 'ignore' }).status !== 0) {
    return skipped('valgrind is not installed');
  }
  const server = new Stranger(
    VALGRIND[0] as string,
    [...VALGRIND.slice(1), './server'],
    programs.folder,
  );
  await server.until(() => server.output.includes(String(server.pid)), 15_000);
  await sleep(300);
  const client = new Stranger(
    VALGRIND[0] as string,
    [...VALGRIND.slice(1), './client', String(server.pid), 'Hello'],
    programs.folder,
  );
  await client.exitWithin(15_000);
  // So that it tells what it knows, which SIGKILL would prevent.
  client.signal('SIGINT');
  server.signal('SIGINT');
  await Promise.all([client.exitWithin(5000), server.exitWithin(5000)]);
  const faults = [
    ...faultsIn(server.errors).map((fault) => `server: ${fault}`),
    ...faultsIn(client.errors).map((fault) => `client: ${fault}`),
  ];
  if (faults.length > 0) {
    return failed(faults.join('; '), 'run valgrind --leak-check=full ./server: it names the lines');
  }
  return server.errors.includes('ERROR SUMMARY')
    ? passed('valgrind found none')
    : skipped('valgrind could not run it');
}

/** What valgrind's report says. */
function faultsIn(report: string): string[] {
  const lost = /definitely lost: ([\d,]+) bytes/.exec(report)?.[1] ?? '0';
  const invalid = /(Invalid (?:read|write) of size \d+|uninitialised value\(?s?\)?[^\n]*)/.exec(
    report,
  );
  return [
    ...(lost === '0' ? [] : [`${lost} bytes lost`]),
    ...(invalid === null ? [] : [invalid[0]]),
  ];
}

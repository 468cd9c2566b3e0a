// What valgrind finds.

import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Finding, failed, passed, skipped } from '../../finding.js';
import type { Programs } from '../programs.js';
import { Stranger } from '../stranger.js';

const START_MS = 15_000;
const CATCH_MS = 300;
const END_MS = 5000;

export async function leaks(programs: Programs): Promise<Finding> {
  if (spawnSync('valgrind', ['--version'], { stdio: 'ignore' }).status !== 0) {
    return skipped('valgrind is not installed');
  }
  const server = underValgrind(programs, './server');
  await server.until(() => server.output.includes(String(server.pid)), START_MS);
  await sleep(CATCH_MS);
  const client = underValgrind(programs, './client', String(server.pid), 'Hello');
  await client.exitWithin(START_MS);
  // So that it tells what it knows, which SIGKILL would prevent.
  client.signal('SIGINT');
  server.signal('SIGINT');
  await Promise.all([client.exitWithin(END_MS), server.exitWithin(END_MS)]);
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

function underValgrind({ folder }: Programs, ...command: readonly string[]): Stranger {
  const options = ['--leak-check=full', '--show-leak-kinds=definite,indirect'];
  return new Stranger('valgrind', [...options, ...command], folder);
}

/** What valgrind's report says. */
function faultsIn(report: string): string[] {
  const lost = /definitely lost: ([\d,]+) bytes/.exec(report)?.[1] ?? '0';
  const invalid = /Invalid (?:read|write) of size \d+|[^\n=]*uninitialised value[^\n]*/.exec(
    report,
  );
  return [
    ...(lost === '0' ? [] : [`${lost} bytes lost`]),
    ...(invalid === null ? [] : [invalid[0].trim()]),
  ];
}

// minitalk exam, on C programs whose dialects and faults are known.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Dialect } from '../../lib/dialects/dialect.js';
import { parseDialect } from '../../lib/dialects/parse.js';
import { whereNamespacesAre } from '../support/namespaces.js';
import { compilePeer, type Fault, specs } from '../support/peers.js';
import { bin, type Exit, Process, sleep } from '../support/processes.js';

interface Checked {
  check: string;
  verdict: string;
  seen: string;
  cause?: string;
}

function startExam(
  folder: string,
  args: readonly string[],
  options: ConstructorParameters<typeof Process>[2] = {},
): Process {
  return new Process(process.execPath, [bin('minitalk'), 'exam', ...args, folder], options);
}

async function exam(
  folder: string,
  checks: string,
  options: ConstructorParameters<typeof Process>[2] = {},
): Promise<Exit & { checked: Checked[]; mark: Record<string, unknown> }> {
  const running = startExam(folder, ['--json', '--only', checks], options);
  const exit = await running.closed;
  expect(running.stderr).toBe('');
  const lines = running.text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return { ...exit, checked: lines.slice(0, -1), mark: lines.at(-1) };
}

/** One of the same user, that any signal of this project's kind ends. */
function startBystander(): Process {
  return new Process('sleep', ['600']);
}

async function lives({ child }: Process): Promise<boolean> {
  await sleep(20);
  return child.exitCode === null && child.signalCode === null;
}

test('a right one passes', async () => {
  const { folder } = compilePeer(specs.classic);
  const checks =
    'pid,arguments,short,hundred,empty,characters,row,acknowledged,unicode,bytes,two,nobody,uncaught,client-killed,stopped,stray,idle,handlers,group,signals';
  const { code, checked, mark } = await exam(folder, checks);
  expect(checked.filter(({ verdict }) => verdict !== 'passed')).toEqual([]);
  expect(checked.map(({ check }) => check).sort()).toEqual(checks.split(',').sort());
  expect(mark).toMatchObject({
    mandatory: { passed: 8, of: 8 },
    bonus: { passed: 2, of: 2 },
    beyond: { passed: 10, of: 10 },
  });
  expect(code).toBe(0);
});

test('of ten clients some may wait in vain, whose signals merged', async () => {
  const { folder } = compilePeer(specs.classic);
  const { checked } = await exam(folder, 'ten');
  expect(checked).toMatchObject([{ check: 'ten', verdict: 'passed' }]);
});

/** Without what cannot be told from outside: a pause, who is refused, and two signals that merge. */
function audible({ order, one, handshake, length, end, ack, byte }: Dialect): object {
  return { order, one, handshake, length, end, ack: ack && { of: ack.of, by: ack.by }, byte };
}

/** Two at a time: they wait most of the time. */
async function inPairs<T>(all: readonly T[], each: (one: T) => Promise<void>): Promise<void> {
  const left = [...all];
  const run = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await each(next);
  };
  await Promise.all([run(), run()]);
}

test('finds the dialect of each', async () => {
  const found: Record<string, unknown> = {};
  await inPairs(Object.entries(specs), async ([name, spec]) => {
    const { checked } = await exam(compilePeer(spec).folder, 'dialect');
    const { verdict, seen } = checked[0] as Checked;
    const dialect = seen.replace(/ .*/, '');
    found[name] = verdict === 'passed' ? audible(parseDialect(dialect)) : seen;
  });
  const spoken = Object.entries(specs).map(([name, spec]) => [name, audible(parseDialect(spec))]);
  expect(found).toEqual(Object.fromEntries(spoken));
}, 120_000);

type Faulty = [
  name: string,
  faults: Partial<Record<Fault, number>>,
  checks: string,
  cause: RegExp,
  spec?: string,
];

const faults: Faulty[] = [
  // None of a short text.
  ['loses bits', { drops: 1000 }, 'kilobyte', /bits? (was|were) lost/],
  ['hangs', { races: 1 }, 'dialect', /kill\(\) and then pause\(\)/],
  ['sends bits again', { resends: 10 }, 'dialect', /sends some bits again/],
  ['crashes', { crashes: 1 }, 'short', /crashed/],
  ['answers late', { late: 2 }, 'hundred', /sleeps at each bit/],
  ['ignores its client', { ignores: 1 }, 'dialect', /handlers do nothing/],
  ['kills its group', { kills_group: 1 }, 'group', /kill\(0/],
  ['dies of its first signal', { defaults: 1, unchecked: 1 }, 'short', /not caught/],
  ['busy-waits while idle', { spins: 1 }, 'idle', /loops/],
  ['keeps the bits of a dead client', { one_state: 1 }, 'client-killed', /dead client/],
  ['has one state for all clients', { one_state: 1 }, 'two', /one bit counter for all/],
  ['mixes the texts of a crowd', { one_state: 1 }, 'ten', /si_pid/],
  ['allocates in its handler', { allocates: 1 }, 'handlers', /volatile sig_atomic_t/],
  ['prints in its handler', { prints: 1 }, 'handlers', /volatile sig_atomic_t/],
  ['exits in its handler', { exits: 1 }, 'handlers', /_exit/],
  ['takes a stray signal for a bit', { one_state: 1 }, 'stray', /taken for the first bit/],
  ['signals who does not catch it', { unchecked: 1 }, 'uncaught', /SigCgt/],
];

/** What may signal others, and is done in a namespace alone. */
const contained: Faulty[] = [
  ['waits for a server that has ended', { endless: 1 }, 'server-killed', /time-out/],
  ['answers whose pid is 0', { answers_zero: 1 }, 'outside', /info->si_pid/],
  ['sends to a server that has ended', { goes_on: 1 }, 'gone', /ESRCH/, specs.paced],
];

async function isNamed(...[_name, switches, checks, cause, spec = specs.classic]: Faulty) {
  const bystander = startBystander();
  const { folder } = compilePeer(spec, switches);
  const { code, checked } = await exam(folder, checks);
  const failures = checked.filter(({ verdict }) => verdict === 'failed');
  expect(failures.map((each) => each.cause)).toContainEqual(expect.stringMatching(cause));
  expect([1, 2]).toContain(code);
  expect(await lives(bystander)).toBe(true);
}

test.each(faults)('names the fault of one that %s', isNamed);

test('sees the PID of one that prints as to a terminal', async () => {
  const { folder } = compilePeer(specs.classic, { buffered: 1 });
  const { checked } = await exam(folder, 'pid,short');
  expect(checked.map(({ verdict }) => verdict)).toEqual(['passed', 'passed']);
});

test('tells whose handler calls what', async () => {
  const { folder } = compilePeer(specs.classic, { allocates: 1, exits: 1 });
  const { checked } = await exam(folder, 'handlers');
  expect(checked[0]?.seen).toBe(
    "the server's handler calls malloc, free; the client's handler calls exit",
  );
});

const { error: noValgrind } = spawnSync('valgrind', ['--version']);
(noValgrind ? test.skip : test)('names the fault of one that leaks', async () => {
  await isNamed('leaks', { leaks: 1 }, 'leaks', /--leak-check=full/);
});

test('says that nothing else can be told where not even a short text comes through', async () => {
  const { folder } = compilePeer(specs.classic, { crashes: 1 });
  const { checked, code } = await exam(folder, 'short,two');
  expect(checked).toMatchObject([
    { check: 'short', verdict: 'failed' },
    { check: 'two', verdict: 'skipped', seen: 'not even a short text comes through' },
  ]);
  expect(code).toBe(1);
});

whereNamespacesAre(() => {
  test.each(contained)('names the fault of one that %s', isNamed);

  test('a client that signals all is told so, and nobody outside is hit', async () => {
    const bystander = startBystander();
    const { folder } = compilePeer(specs.classic, { lax: 1 });
    const { code, checked, mark } = await exam(folder, 'dangerous-arguments');
    expect(checked).toMatchObject([{ verdict: 'failed' }]);
    expect((checked[0] as Checked).seen).toMatch(/"0": its group was signalled/);
    expect((checked[0] as Checked).seen).toMatch(/"4294967295": all processes were signalled/);
    expect(mark['contained']).toBe(true);
    expect(code).toBe(2);
    expect(await lives(bystander)).toBe(true);
  });

  test('a right one hits nobody', async () => {
    const { folder } = compilePeer(specs.classic);
    const checks = 'dangerous-arguments,outside,server-killed,gone';
    const { code, checked } = await exam(folder, checks);
    expect(checked.map(({ verdict }) => verdict)).toEqual(Array(4).fill('passed'));
    expect(code).toBe(0);
  });
});

describe('without a pid namespace', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'minitalk-exam-'));
    writeFileSync(join(folder, 'unshare'), '#!/bin/sh\nexit 1\n');
    chmodSync(join(folder, 'unshare'), 0o755);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('what may signal others is left out, and said to be', async () => {
    const env = { PATH: `${folder}:${process.env['PATH']}` };
    // A right one: if its command lines were tried all the same, nobody would be hit.
    const peer = compilePeer(specs.classic);
    const checks = 'short,dangerous-arguments,outside,server-killed,gone';
    const { code, checked, mark } = await exam(peer.folder, checks, { env });
    expect(checked.map(({ check, verdict }) => [check, verdict])).toEqual([
      ['short', 'passed'],
      ['server-killed', 'skipped'],
      ['gone', 'skipped'],
      ['outside', 'skipped'],
      ['dangerous-arguments', 'skipped'],
    ]);
    expect(mark['contained']).toBe(false);
    expect(code).toBe(0);
  });
});

/** Processes that run a program of that folder. */
function running(folder: string): string[] {
  return readdirSync('/proc').filter((name) => {
    try {
      return (
        /^\d+$/.test(name) && readFileSync(`/proc/${name}/cmdline`, 'latin1').startsWith(folder)
      );
    } catch {
      return false; // it has ended
    }
  });
}

test('leaves nothing behind when it is killed', async () => {
  const { folder } = compilePeer(specs.classic);
  const TMPDIR = mkdtempSync(join(tmpdir(), 'minitalk-killed-'));
  const examining = startExam(folder, ['--only', 'stopped'], { env: { TMPDIR } });
  while (running(folder).length < 2) await sleep(5);
  expect(readdirSync(TMPDIR)).toHaveLength(1);
  await examining.end('SIGKILL');
  while (running(folder).length > 0) await sleep(5);
  while (readdirSync(TMPDIR).length > 0) await sleep(5);
  rmSync(TMPDIR, { recursive: true });
  expect(examining.text).toBe('');
});

test('a directory without the programs is a wrong command line', async () => {
  const examining = startExam(tmpdir(), []);
  expect(await examining.closed).toMatchObject({ code: 64 });
  expect(examining.stderr).toMatch(/^minitalk exam: no program \.\/server in [^\n]*--make\n$/);
});

test('make is run before, and its failure told', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'minitalk-make-'));
  try {
    const peer = compilePeer(specs.classic);
    writeFileSync(join(folder, 'Makefile'), `all:\n\tcp ${peer.server} ${peer.client} .\n`);
    const examining = startExam(folder, ['--make', '--only', 'short']);
    expect(await examining.closed).toMatchObject({ code: 0 });
    expect(examining.text).toMatch(/^passed {3}mandatory {2}short .*\n\n?.*12 bytes, exact\n/);
    writeFileSync(join(folder, 'Makefile'), 'all:\n\tfalse\n');
    const failing = startExam(folder, ['--make', '--only', 'short']);
    expect(await failing.closed).toMatchObject({ code: 69 });
    expect(failing.stderr).toMatch(/^minitalk exam: make failed in /m);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

// examples/reload.mjs: SIGHUP reads the configuration again.
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  constants as fsConstants,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { asUser, Process, root, sleep } from '../support/processes.js';

const EXAMPLE = 'examples/reload.mjs';
const byTerm = { code: null, signal: 'SIGTERM' };
let folder = '';
let file = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'minitalk-reload-'));
  file = join(folder, 'config.json');
});

afterEach(() => rmSync(folder, { recursive: true }));

const greet = (greeting: unknown) => writeFileSync(file, JSON.stringify({ greeting }));
const count = ({ text }: Process, word: string) => text.split(`${word} `).length - 1;
const urlOf = (service: Process) => /http:\S+/.exec(service.text)?.[0] ?? '';
const answerOf = async (service: Process) => (await fetch(urlOf(service))).text();

async function startService(prefix: readonly string[] = []): Promise<Process> {
  const [command = '', ...args] = [...prefix, process.execPath, EXAMPLE, file];
  const service = new Process(command, args);
  await service.until(({ text }) => text.includes('http://'));
  return service;
}

test('who asked is named, and what is answered from then on is new', async () => {
  greet('hello');
  const service = await startService();
  const underWay = await fetch(`${urlOf(service)}/?seconds=0.5`); // its beginning
  greet('good morning');
  service.child.kill('SIGHUP');
  await service.until(({ text }) => text.includes('reloaded'));
  expect(await underWay.text()).toBe('working\nhello\n');
  expect(await answerOf(service)).toBe('working\ngood morning\n');
  expect(service.text).toMatch(new RegExp(`\nSIGHUP from pid ${process.pid} .*, attested`));
  expect(await service.end('SIGTERM')).toEqual(byTerm);
  expect(service.stderr).toBe('');
});

test.each([
  ['is no JSON', () => writeFileSync(file, '{'), 'JSON'],
  ['lacks what is needed', () => greet(7), 'greeting: expected a string'],
  ['is gone', () => rmSync(file), 'ENOENT'],
])('a configuration that %s changes nothing', async (_, spoil, why) => {
  greet('hello');
  const service = await startService();
  spoil();
  service.child.kill('SIGHUP');
  await service.until(({ stderr }) => stderr.includes('not reloaded'));
  expect(service.stderr).toContain(why);
  expect(await answerOf(service)).toBe('working\nhello\n');
  expect(await service.end('SIGTERM')).toEqual(byTerm);
});

test('without a configuration it does not start', async () => {
  const service = new Process(process.execPath, [EXAMPLE, file]);
  expect(await service.closed).toEqual({ code: 78, signal: null });
  expect(service.stderr).toMatch(/^.*config\.json: ENOENT.*\n$/);
});

test('however often it is asked during a reload, one more follows', async () => {
  execFileSync('mkfifo', [file]); // so a reload takes until the test has written
  // Fails with ENXIO while nobody reads.
  const open = () => openSync(file, fsConstants.O_WRONLY | fsConstants.O_NONBLOCK);
  const service = new Process(process.execPath, [EXAMPLE, file]);
  const feed = async (greeting: string) => {
    while (service.child.exitCode === null && service.child.signalCode === null) {
      try {
        const descriptor = open();
        writeSync(descriptor, JSON.stringify({ greeting }));
        closeSync(descriptor);
        return;
      } catch {
        await sleep(5);
      }
    }
  };
  await feed('one');
  await service.until(({ text }) => text.includes('http://'));
  for (let asked = 1; asked <= 4; asked += 1) {
    service.child.kill('SIGHUP');
    await service.until(() => count(service, 'SIGHUP') === asked);
  }
  for (const [done, greeting] of ['two', 'three'].entries()) {
    await feed(greeting);
    await service.until(() => count(service, 'reloaded') === done + 1);
  }
  expect(await answerOf(service)).toBe('working\nthree\n');
  expect(open).toThrow('ENXIO');
  expect(await service.end('SIGTERM')).toEqual(byTerm);
});

const asRoot = process.getuid?.() === 0 ? test : test.skip;

asRoot('another user, who may signal it, is refused and named', async () => {
  greet('hello');
  const service = await startService();
  const [command, ...args] = [...asUser(65_534, '+kill'), 'kill', '-HUP', String(service.pid)];
  execFileSync(command, args);
  await service.until(({ stderr }) => stderr.includes('\n'));
  expect(service.stderr).toMatch(/^refused: SIGHUP from pid \d+ .*uid 65534, attested/);
  expect(await service.end('SIGTERM')).toEqual(byTerm);
  expect(service.text).not.toContain('reloaded');
});

test('the closing of its terminal ends it', async () => {
  greet('hello');
  // Not as its standard streams: Node aborts when it ends on one that is closed.
  const log = join(folder, 'log');
  const terminal = new Process(
    'python3',
    [
      join(root, 'test', 'support', 'terminal.py'),
      ...['sh', '-c', `exec "$@" 3<&0 </dev/null >'${log}' 2>&1`, 'sh'],
      ...[process.execPath, EXAMPLE, file],
    ],
    { stdin: 'pipe' },
  );
  const logged = () => (existsSync(log) ? readFileSync(log, 'utf8') : '');
  while (!logged().includes('http://')) await sleep(20);
  terminal.child.stdin?.end('\n');
  await terminal.closed;
  expect(JSON.parse(terminal.stderr)).toEqual({ code: null, signal: constants.signals.SIGTERM });
  expect(logged()).toMatch(
    /\nSIGHUP from the kernel .*\nSIGTERM from pid \d+ .*this process itself/,
  );
});

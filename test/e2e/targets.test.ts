// Whom the client refuses to signal. test/trace/ shows with strace that nothing was sent.
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  asAnotherUser,
  bin,
  Process,
  runClient,
  runScript,
  startServer,
} from '../support/processes.js';

test.each([
  '0',
  '-1',
  '1',
  '00',
  '000 000',
  '2147483648',
  '-2147483649',
  '4294967295',
  '4294967296',
  '4294967297',
  '18446744073709551617',
  '12abc',
  '99A9E99T9',
  'hehe hehe',
  '0x10',
  '1e3',
  ' 5',
  '',
  '@',
  '@no/such',
])('the target %j is refused with code 64 and one line', async (target) => {
  const client = await runClient([target, 'hi']);
  expect(client.code).toBe(64);
  expect(client.stdout).toBe('');
  expect(client.stderr).toMatch(/^minitalk-client: [^\n]+\n$/);
});

test.each([[[]], [['a', 'b', 'c']], [['--nope', '5', 'x']], [['5', 'x', '--file', 'y']]])(
  'the command line %j is refused with code 64 and one line',
  async (args) => {
    const client = await runClient(args);
    expect(client).toMatchObject({ code: 64, stdout: '' });
    expect(client.stderr).toMatch(/^minitalk-client: [^\n]+\n$/);
  },
);

test('a pid that nobody has: 69', async () => {
  const gone = new Process('true', []);
  await gone.closed;
  const client = await runClient([gone.pid, 'hi']);
  expect(client).toMatchObject({ code: 69 });
  expect(client.stderr).toContain(`no process ${gone.pid}`);
});

test('a process that does not catch the signals: 69, and it lives on', async () => {
  const bystander = new Process('sleep', ['30']);
  const client = await runClient([bystander.pid, 'hi']);
  expect(client).toMatchObject({ code: 69 });
  expect(client.stderr).toContain('nothing was sent');
  expect(bystander.child.exitCode ?? bystander.child.signalCode).toBeNull();
});

test('a process that catches them and is no server: 69, and it gets nothing', async () => {
  const bystander = runScript(() => {
    for (const signal of ['SIGUSR1', 'SIGUSR2'] as const) {
      process.on(signal, () => process.stdout.write(`${signal}\n`));
    }
    process.stdout.write('ready\n');
    setTimeout(() => {}, 30_000);
  });
  await bystander.until(({ text }) => text.includes('ready'));
  const client = await runClient([bystander.pid, 'hi']);
  expect(client).toMatchObject({ code: 69 });
  expect(client.stderr).toContain('not registered');
  expect(bystander.text).toBe('ready\n');
});

test('the client itself: 64', async () => {
  const client = new Process('sh', [
    '-c',
    'exec "$0" "$1" $$ hi',
    process.execPath,
    bin('minitalk-client'),
  ]);
  expect(await client.closed).toEqual({ code: 64, signal: null });
  expect(client.stderr).toContain('this process itself');
});

test('the number of a thread that is no process: 64', async () => {
  const server = await startServer();
  const thread = readdirSync(`/proc/${server.pid}/task`).find((id) => id !== String(server.pid));
  const client = await runClient([String(thread), 'hi']);
  expect(client).toMatchObject({ code: 64 });
  expect(client.stderr).toContain(`thread of process ${server.pid}`);
});

test('a registration that names another start time, or lies in a directory of wrong mode, is not believed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'minitalk-test-'));
  const bystander = runScript(() => {
    for (const signal of ['SIGUSR1', 'SIGUSR2'] as const) process.on(signal, () => process.exit(3));
    process.stdout.write('ready\n');
    setTimeout(() => {}, 30_000);
  });
  await bystander.until(({ text }) => text.includes('ready'));
  const directory = join(folder, 'minitalk');
  mkdirSync(directory, { mode: 0o700 });
  const namespace = /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0];
  const { pid } = bystander;
  const entry = { pid, startTime: '1', thread: pid, version: 1, namespace };
  const file = join(directory, `${namespace}-${pid}.json`);
  writeFileSync(file, JSON.stringify(entry));
  const env = { XDG_RUNTIME_DIR: folder };
  expect((await runClient([bystander.pid, 'hi'], { env })).code).toBe(69);

  const stat = readFileSync(`/proc/${bystander.pid}/stat`, 'latin1');
  const startTime = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  writeFileSync(file, JSON.stringify({ ...entry, startTime }));
  chmodSync(directory, 0o755);
  expect((await runClient([bystander.pid, 'hi'], { env })).code).toBe(69);
  symlinkSync(directory, join(folder, 'link'));
  expect(bystander.child.exitCode).toBeNull();
  rmSync(folder, { recursive: true });
});

const asRoot = process.getuid?.() === 0;
(asRoot ? test : test.skip)('a process of another user: 77', async () => {
  const server = await startServer();
  const [command, ...options] = asAnotherUser;
  const args = [process.execPath, bin('minitalk-client'), String(server.pid), 'hi'];
  const client = new Process(command, [...options, ...args]);
  expect(await client.closed).toEqual({ code: 77, signal: null });
  expect(client.stderr).toContain('not permitted');
});

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
  asUser,
  bin,
  events,
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
  await bystander.endUnhurt();
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

describe('a process that catches the signals, and says what it gets', () => {
  let bystander: Process;

  beforeEach(async () => {
    bystander = runScript(() => {
      for (const signal of ['SIGUSR1', 'SIGUSR2'] as const) {
        process.on(signal, () => process.stdout.write(`${signal}\n`));
      }
      process.stdout.write('ready\n');
      setTimeout(() => {}, 60_000);
    });
    await bystander.until(({ text }) => text.includes('ready'));
  });

  test('and is no server: 69, and it gets nothing', async () => {
    const client = await runClient([bystander.pid, 'hi']);
    expect(client).toMatchObject({ code: 69 });
    expect(client.stderr).toContain('not registered');
    expect(client.stderr).toContain('--force');
    expect(bystander.text).toBe('ready\n');
  });

  test('with --force it gets a signal, and the client waits for its answer', async () => {
    const client = await runClient([bystander.pid, 'hi', '--force', '--timeout', '0.5']);
    expect(client).toMatchObject({ code: 75 });
    expect(client.stderr).toContain(`server ${bystander.pid} did not answer for 0.5 s`);
    await bystander.until(({ text }) => text.includes('SIGUSR'));
  });

  test('a registration that names another start time, or lies where others could write, is not believed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'minitalk-test-'));
    const runtime = join(folder, 'runtime');
    const directory = join(runtime, 'minitalk');
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const { pid } = bystander;
    const namespace = /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0];
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const startTime = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    const register = (start: string | undefined) => {
      const entry = { pid, startTime: start, thread: pid, version: 1, namespace };
      writeFileSync(join(directory, `${namespace}-${pid}.json`), JSON.stringify(entry));
    };
    const args = [pid, 'hi', '--timeout', '0.5'];
    const expectRefused = async (XDG_RUNTIME_DIR: string) => {
      const { code, stderr } = await runClient(args, { env: { XDG_RUNTIME_DIR } });
      expect({ code, stderr }).toEqual({ code: 69, stderr: expect.stringContaining('registered') });
      expect(bystander.text).toBe('ready\n');
    };
    register('1');
    await expectRefused(runtime);
    register(startTime);
    chmodSync(directory, 0o750);
    await expectRefused(runtime);
    chmodSync(directory, 0o700);
    symlinkSync(directory, join(folder, 'minitalk'));
    await expectRefused(folder);
    // Nothing but that is wrong with it.
    const believed = await runClient(args, { env: { XDG_RUNTIME_DIR: runtime } });
    expect(believed.code).toBe(75);
    await bystander.until(({ text }) => text.includes('SIGUSR'));
    rmSync(folder, { recursive: true });
  });
});

test('--force ends a process that does not catch the signals, as it says', async () => {
  const victim = new Process('sleep', ['60']);
  const client = await runClient([victim.pid, 'hi', '--force']);
  expect(client).toMatchObject({ code: 69 });
  expect(client.stderr).toContain(`server ${victim.pid} ended`);
  expect((await victim.closed).signal).toMatch(/^SIGUSR[12]$/);
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

(asRoot ? test : test.skip)(
  'a server takes messages from the users that --allow-uid names, from its own, and from no other',
  async () => {
    // Where others look for the servers of its user.
    const env = { XDG_RUNTIME_DIR: '' };
    const allowed = 65533;
    const server = await startServer(['--json', '--allow-uid', String(allowed)], { env });
    const sendAs = async (uid: number) => {
      const [command, ...options] = asUser(uid, '+dac_override,+kill');
      const args = [bin('minitalk-client'), String(server.pid), `by ${uid}`];
      const client = new Process(command, [...options, process.execPath, ...args], { env });
      return { ...(await client.closed), stderr: client.stderr };
    };
    expect(await sendAs(allowed)).toEqual({ code: 0, signal: null, stderr: '' });
    const refused = await sendAs(65534);
    expect(refused).toMatchObject({ code: 77, signal: null });
    expect(refused.stderr).toMatch(/its allowUids do not name uid 65534 \(.*--allow-uid/);
    expect(await runClient([server.pid, 'by its own'], { env })).toMatchObject({ code: 0 });
    expect(events(server).slice(1)).toMatchObject([
      { text: 'by 65533', sender: { uid: allowed, attested: true } },
      { text: 'by its own', sender: { uid: 0, attested: true } },
    ]);
    await server.end();
  },
);

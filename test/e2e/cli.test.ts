// Options of the three commands, and what they print.
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  bin,
  events,
  Process,
  printed,
  root,
  runClient,
  startClient,
  startServer,
  untilReads,
} from '../support/processes.js';

async function run(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const command = new Process(process.execPath, [bin('minitalk'), ...args], { env });
  const exit = await command.closed;
  return { ...exit, stdout: command.text, stderr: command.stderr };
}

test('--json prints the events with their documented fields, and nothing else', async () => {
  const server = await startServer(['--json']);
  await runClient([server.pid, 'héllo']);
  await runClient([server.pid], { input: Buffer.from([0xff, 0x00]) });
  expect(await server.end()).toEqual({ code: 0, signal: null });
  const [listening, text, binary, ...rest] = events(server);
  expect(listening).toEqual({ event: 'listening', pid: server.pid });
  const sender = { pid: expect.any(Number), uid: process.getuid?.(), attested: true };
  const durationMs = expect.any(Number);
  expect(text).toEqual({
    event: 'message',
    text: 'héllo',
    bytes: 6,
    sender,
    mode: 'bit',
    durationMs,
  });
  expect(binary).toEqual({
    event: 'message',
    base64: '/wA=',
    bytes: 2,
    sender,
    mode: 'bit',
    durationMs,
  });
  expect(rest).toEqual([]);
});

test('--raw prints the bytes of messages alone; the PID goes to standard error', async () => {
  const server = await startServer(['--raw']);
  expect(server.stderr).toBe(`Server PID: ${server.pid}\n`);
  await runClient([server.pid, 'one']);
  await runClient([server.pid, 'two']);
  expect(server.text).toBe('onetwo');
});

test('--verbose tells sender and rate on standard error, standard output stays exact', async () => {
  const server = await startServer(['--verbose']);
  const client = new Process(process.execPath, [
    bin('minitalk-client'),
    String(server.pid),
    'hello',
  ]);
  await client.closed;
  await server.until(({ stderr }) => stderr.includes('\n'));
  expect(server.stderr).toMatch(
    new RegExp(
      `^from pid ${client.pid} \\(uid ${process.getuid?.()}\\): 5 bytes in [\\d.]+ ms, [\\d.]+ kbit/s\\n$`,
    ),
  );
  expect(printed(server).toString()).toBe('hello\n');
});

test('--name makes @name a target; a name in use is refused with 73; list shows it while it runs', async () => {
  const name = `test-${process.pid}`;
  const server = await startServer(['--name', name, '--max-message', '3K']);
  const nameless = await startServer();
  expect((await runClient([`@${name}`, 'by name'])).code).toBe(0);
  expect(printed(server).toString()).toBe('by name\n');
  const [titles, ...rows] = (await run(['list'])).stdout.trimEnd().split('\n');
  expect(titles).toMatch(/^PID +NAME +AGE +MAX-MESSAGE$/);
  expect(rows).toContainEqual(
    expect.stringMatching(new RegExp(`^${server.pid} +@${name} +\\d+s +3K$`)),
  );
  expect(rows).toContainEqual(
    expect.stringMatching(new RegExp(`^${nameless.pid} +- +\\d+s +64M$`)),
  );
  const raw = (await run(['list', '--json'])).stdout;
  expect(raw).toMatch(/^\[[^\n]*\]\n$/);
  const uid = process.getuid?.();
  const ageMs = expect.any(Number);
  expect(JSON.parse(raw)).toContainEqual({ pid: server.pid, name, uid, ageMs, maxMessage: 3072 });
  expect(JSON.parse(raw)).toContainEqual({ pid: nameless.pid, uid, ageMs, maxMessage: 2 ** 26 });
  const second = await run(['server', '--name', name]);
  expect(second).toMatchObject({ code: 73, stdout: '' });
  expect(second.stderr).toContain(`already running with pid ${server.pid}`);
  await server.end();
  expect((await run(['list'])).stdout).not.toContain(name);
  expect((await runClient([`@${name}`, 'gone'])).code).toBe(69);
});

test('the registration lies in XDG_RUNTIME_DIR, mode 0700, and goes with the server', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'minitalk-test-'));
  const env = { XDG_RUNTIME_DIR: folder };
  const server = await startServer([], { env });
  const directory = join(folder, 'minitalk');
  const [namespace] = /\d+/.exec(readlinkSync('/proc/self/ns/pid')) as RegExpExecArray;
  expect(readdirSync(directory)).toEqual([`${namespace}-${server.pid}.json`]);
  expect((await runClient([server.pid, 'x'], { env })).code).toBe(0);
  await server.end();
  expect(readdirSync(directory)).toEqual([]);
  rmSync(folder, { recursive: true });
});

test.each([
  ['--max-message', '5G'],
  ['--max-message', 'x'],
  ['--idle-timeout', '0'],
  ['--allow-uid', 'root'],
  ['--name', '../x'],
  ['--place', 'always'],
  ['--burst-signal', 'SIGUSR1'],
  ['--burst-signal', 'SIGRTMIN+99'],
  ['--burst-signal', '41'],
  ['--burst-signal', ''],
  ['--json', '--raw'],
  ['--nope'],
  ['extra'],
])('server %s %s is refused with 64 and one line', async (...args) => {
  const result = await run(['server', ...args.filter((arg) => arg !== undefined)]);
  expect(result).toMatchObject({ code: 64, signal: null });
  expect(result.stderr).toMatch(/^(minitalk server: [^\n]+|\{[^\n]+\})\n$/);
});

test.each([['--mode', 'bits'], ['--mode', ''], ['--place', 'always'], ['--no-place']])(
  'client %s %s is refused with 64 and one line',
  async (...args) => {
    const client = await runClient(['5', 'x', ...args.filter((arg) => arg !== undefined)]);
    expect(client).toMatchObject({ code: 64, stdout: '' });
    expect(client.stderr).toMatch(/^minitalk-client: [^\n]+\n$/);
  },
);

test('client --json reports a delivery and an error as one JSON object each', async () => {
  const server = await startServer();
  const good = await runClient([server.pid, 'hi', '--json']);
  expect(JSON.parse(good.stdout)).toEqual({
    event: 'delivered',
    pid: server.pid,
    bytes: 2,
    mode: 'bit',
    durationMs: expect.any(Number),
  });
  expect(good.stderr).toBe('');
  for (const [target, code] of [
    ['1', 'ERR_INVALID_PID'],
    ['4194304', 'ESRCH'],
  ] as const) {
    const bad = await runClient(['--json', target, 'hi']);
    expect(bad.stdout).toBe('');
    expect(JSON.parse(bad.stderr)).toMatchObject({
      event: 'error',
      code,
      message: expect.any(String),
    });
  }
});

test.each([
  ['/nonexistent/file', "ENOENT: no such file or directory, open '/nonexistent/file'"],
  ['/', "EISDIR: illegal operation on a directory, read '/'"],
  ['/proc/self/mem', "EIO: i/o error, read '/proc/self/mem'"],
])('a file that cannot be read is named: %s', async (file, message) => {
  const server = await startServer();
  expect(await runClient([server.pid, '--file', file])).toMatchObject({
    code: 74,
    stderr: `minitalk-client: ${message}\n`,
  });
});

test('a standard input that cannot be read is named', async () => {
  const server = await startServer();
  const command = [process.execPath, bin('minitalk-client'), `${server.pid}`];
  const client = new Process('sh', ['-c', 'exec "$@" </', 'sh', ...command]);
  expect(await client.closed).toEqual({ code: 74, signal: null });
  expect(client.stderr).toBe(
    'minitalk-client: EISDIR: illegal operation on a directory, read standard input\n',
  );
});

test('numbers in JSON have no more digits than they mean', async () => {
  const server = await startServer(['--json']);
  const client = await runClient([server.pid, 'hi', '--json']);
  const digits = /"durationMs":\d+(\.\d{1,3})?\}/;
  expect(client.stdout).toMatch(digits);
  expect(server.text).toMatch(digits);
});

test('no arguments, unknown commands, help and version', async () => {
  expect(await run([])).toMatchObject({ code: 64, stdout: '' });
  expect(await run(['nope'])).toMatchObject({ code: 64, stdout: '' });
  expect(await run(['--version'])).toMatchObject({ code: 0, stdout: '0.1.0\n', stderr: '' });
  for (const args of [['--help'], ['help'], ['client', '5', '--help'], ['client', '5', '-h']]) {
    expect(await run(args)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Usage: minitalk .*\nExit codes:\n/s),
      stderr: '',
    });
  }
});

test('help, version and list need no addon; what does says in one line that it is missing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'minitalk-test-'));
  try {
    for (const part of ['dist', 'package.json'])
      cpSync(join(root, part), join(folder, part), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    const runThere = async (program: string, ...args: string[]) => {
      const command = new Process(process.execPath, [
        join(folder, 'dist', 'bin', program),
        ...args,
      ]);
      return { ...(await command.closed), stdout: command.text, stderr: command.stderr };
    };
    const calls = ['', 'server', 'client', 'list', 'watch', 'send', 'guard', 'exam'].map((name) => [
      'minitalk.js',
      ...name.split(' ').filter(Boolean),
    ]);
    for (const [program, ...args] of [...calls, ['minitalk-server.js'], ['minitalk-client.js']] as [
      string,
      ...string[],
    ][]) {
      expect(await runThere(program, ...args, '--version')).toMatchObject({
        code: 0,
        stdout: '0.1.0\n',
        stderr: '',
      });
      expect(await runThere(program, ...args, '--help')).toMatchObject({ code: 0, stderr: '' });
    }
    const server = await startServer();
    const list = await runThere('minitalk.js', 'list', '--json');
    expect(JSON.parse(list.stdout)).toContainEqual(expect.objectContaining({ pid: server.pid }));
    for (const args of [
      ['server'],
      ['client', `${server.pid}`, 'x'],
      ['watch'],
      ['send', '5', 'USR1'],
      ['guard', 'true'],
      ['exam', '.'],
    ]) {
      const { code, stdout, stderr } = await runThere('minitalk.js', ...args);
      expect({ code, stdout }).toEqual({ code: args[0] === 'guard' ? 125 : 69, stdout: '' });
      expect(stderr).toMatch(/^minitalk [a-z]+: [^\n]*addon[^\n]*\n$/);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the process list has the server by its name, and whole with its arguments', async () => {
  const server = await startServer(['--verbose', '--idle-timeout', '7']);
  const read = (file: string) => readFileSync(`/proc/${server.pid}/${file}`, 'latin1');
  expect(read('comm')).toBe('minitalk-server\n'); // pgrep -x
  expect(read('cmdline').split('\0')).toEqual([
    process.execPath,
    bin('minitalk-server'),
    '--verbose',
    '--idle-timeout',
    '7',
    '',
  ]); // pgrep -f, ps
});

test('the process list has a client and a watch by their names, too', async () => {
  const { pid } = await startServer();
  const client = startClient([pid], { stdin: 'pipe' });
  await untilReads(client);
  const watch = new Process(process.execPath, [bin('minitalk'), 'watch']);
  await watch.until(({ stderr }) => stderr.includes('\n'));
  const names = [client, watch].map((each) => readFileSync(`/proc/${each.pid}/comm`, 'latin1'));
  expect(names).toEqual(['minitalk-client\n', 'minitalk-watch\n']);
});

test('a stray signal is reported on standard error, and the next message arrives', async () => {
  const server = await startServer();
  const stranger = new Process('sh', ['-c', `kill -USR1 ${server.pid}; kill -USR2 ${server.pid}`]);
  await stranger.closed;
  expect((await runClient([server.pid, 'after'])).code).toBe(0);
  await server.end();
  expect(printed(server).toString()).toBe('after\n');
  expect(server.stderr).toMatch(
    new RegExp(
      `^minitalk-server: \\d stray signals? from pid ${stranger.pid} \\(uid ${process.getuid?.()}\\)\\n$`,
    ),
  );
});

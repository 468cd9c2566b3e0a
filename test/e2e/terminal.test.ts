// Commands whose terminal is closed, where Node itself aborts (SIGABRT), and other output that takes nothing.
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  bin,
  events,
  Process,
  root,
  runClient,
  runScript,
  sleep,
  startClient,
  startServer,
  untilBusy,
} from '../support/processes.js';

let folder: string;
let env: NodeJS.ProcessEnv;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'minitalk-test-'));
  env = { XDG_RUNTIME_DIR: folder };
});

afterEach(() => rmSync(folder, { recursive: true }));

/** A process on a terminal; `hangUp` closes that, and tells how the process ended. */
function onTerminal(command: string, ...args: readonly string[]) {
  const script = join(root, 'test', 'support', 'terminal.py');
  const terminal = new Process('python3', [script, command, ...args], { env, stdin: 'pipe' });
  return {
    terminal,
    async hangUp(): Promise<unknown> {
      terminal.child.stdin?.end('\n');
      await terminal.closed;
      return JSON.parse(terminal.stderr);
    },
  };
}

const pidIn = ({ text }: Process) => Number(/(?:PID: |"pid":)(\d+)/.exec(text)?.[1]);
const registered = () => readdirSync(join(folder, 'minitalk'));

test.each([[[]], [['--json']], [['--raw']], [['--verbose']]])(
  'a server %j whose terminal is closed ends orderly with 0, and its registration goes',
  async (args) => {
    const { terminal, hangUp } = onTerminal(process.execPath, bin('minitalk-server'), ...args);
    await terminal.until((process) => pidIn(process) > 0);
    expect(await hangUp()).toEqual({ code: 0, signal: null });
    expect(registered()).toEqual([]);
  },
);

test('a server on a terminal is under no nohup, whoever was called last in its shell', async () => {
  const command = [process.execPath, bin('minitalk-server')];
  const { terminal, hangUp } = onTerminal('env', '_=/usr/bin/nohup', ...command);
  await terminal.until((process) => pidIn(process) > 0);
  expect(await hangUp()).toEqual({ code: 0, signal: null });
});

test.each([
  ['', 74],
  ['--json', 74],
  ['--verbose', 74],
])(
  'a server "%s" that outlives its terminal tells the next client that its output failed, and ends with %d',
  async (args, code) => {
    const { terminal, hangUp } = onTerminal(
      'sh',
      '-c',
      `trap '' HUP; exec ${join(root, 'bin', 'minitalk-server')} ${args}`,
    );
    await terminal.until((process) => pidIn(process) > 0);
    const ended = hangUp();
    const client = await runClient([pidIn(terminal), 'lost'], { env });
    expect(client.code).toBe(74);
    expect(await ended).toEqual({ code, signal: null });
    expect(registered()).toEqual([]);
  },
);

test.each([
  ['its standard error alone is that terminal', '--verbose >out'],
  ['that is its standard input alone', '--verbose >out 2>err'],
  ['that is none of its streams', '--verbose >out 2>err <&-'],
])('a server that ignores SIGHUP goes on without its terminal when %s', async (_, streams) => {
  const { terminal, hangUp } = onTerminal(
    'sh',
    '-c',
    `cd ${folder}; trap '' HUP; echo "PID: $$ "; exec ${join(root, 'bin', 'minitalk-server')} ${streams}`,
  );
  await terminal.until((process) => pidIn(process) > 0);
  const pid = pidIn(terminal);
  while ((await runClient([pid, 'before'], { env })).code !== 0);
  const ended = hangUp();
  for (const text of ['one', 'two']) {
    expect(await runClient([pid, text], { env })).toMatchObject({ code: 0 });
  }
  process.kill(pid, 'SIGTERM');
  expect(await ended).toEqual({ code: 0, signal: null });
});

test('a client whose terminal is closed takes leave, and ends with 129', async () => {
  const server = await startServer(['--json'], { env });
  writeFileSync(join(folder, 'file'), randomBytes(1_000_000));
  const file = ['--file', join(folder, 'file')];
  const { hangUp } = onTerminal(process.execPath, bin('minitalk-client'), `${server.pid}`, ...file);
  await untilBusy(server);
  expect(await hangUp()).toEqual({ code: 129, signal: null });
  await server.until(({ text }) => text.includes('partial'));
  expect(server.text).toContain('"reason":"cancelled"');
});

test.each([
  [
    'has a bar with its rate',
    'xterm',
    [],
    /^\r\[#*\.*\] +\d+% \| \d+\/30000 bytes \| \d+\.\d kbit\/s \| \S+ left[ \r][^\n]*\] 100% [^\n]*\r\n$/,
  ],
  ['has none with --quiet', 'xterm', ['--quiet'], /^$/],
  ['has none with --progress never', 'xterm', ['--progress', 'never'], /^$/],
  ['has none with --json', 'xterm', ['--json'], /^\{"event":"delivered",[^\n]*\}\r\n$/],
  ['has none if it is a dumb one', 'dumb', [], /^$/],
])('a send of more than half a second on a terminal %s', async (_, term, options, output) => {
  env['TERM'] = term;
  const server = await startServer(['--json'], { env });
  writeFileSync(join(folder, 'file'), 'x'.repeat(30_000));
  const args = [String(server.pid), '--file', join(folder, 'file'), ...options];
  const { terminal } = onTerminal(process.execPath, bin('minitalk-client'), ...args);
  await untilBusy(server);
  server.child.kill('SIGSTOP');
  await sleep(600); // what makes it so long
  server.child.kill('SIGCONT');
  await terminal.closed;
  expect(JSON.parse(terminal.stderr)).toEqual({ code: 0, signal: null });
  expect(events(server).at(-1)?.['durationMs']).toBeGreaterThan(500);
  expect(terminal.text).toMatch(output);
});

test('a send of more than half a second without a terminal has no bar', async () => {
  const server = await startServer(['--json'], { env });
  const client = startClient([server.pid], { env, input: 'x'.repeat(30_000) });
  await untilBusy(server);
  server.child.kill('SIGSTOP');
  await sleep(600);
  server.child.kill('SIGCONT');
  expect(await client.closed).toEqual({ code: 0, signal: null });
  expect(events(server).at(-1)?.['durationMs']).toBeGreaterThan(500);
  expect([client.text, client.stderr]).toEqual(['', '']);
});

test('a message cannot move the cursor of the terminal that a server prints to', async () => {
  const { terminal, hangUp } = onTerminal(process.execPath, bin('minitalk-server'));
  await terminal.until((process) => pidIn(process) > 0);
  expect(await runClient([pidIn(terminal), '\x1b[2Jgrüß\tdich\n2'], { env })).toMatchObject({
    code: 0,
  });
  await terminal.until(({ text }) => text.endsWith('2\r\n'));
  expect(terminal.text.split('\r\n').slice(1)).toEqual(['\\x1b[2Jgrüß\tdich', '2', '']);
  await hangUp();
});

test.each([
  [['-'], 1],
  [[], 1],
  [['--file', '/dev/tty'], 1],
  [['--quiet'], 0],
  [['--json'], 0],
])(
  'a client %j sends what is typed, and says %d times that it waits for it',
  async (args, times) => {
    const server = await startServer([], { env });
    const client = [process.execPath, bin('minitalk-client'), `${server.pid}`, ...args];
    const { terminal } = onTerminal(client[0] as string, ...client.slice(1));
    terminal.child.stdin?.write('typed\n\x04');
    await terminal.closed;
    expect(JSON.parse(terminal.stderr)).toEqual({ code: 0, signal: null });
    await server.until(({ text }) => text.endsWith('typed\n\n'));
    const says = /minitalk-client: reading the message from the terminal; Ctrl-D [^\n]*\r\n/g;
    expect(terminal.text.match(says) ?? []).toHaveLength(times);
  },
);

/** A pipe that nobody reads any more. */
async function brokenPipe(): Promise<number> {
  const path = join(folder, `broken-${randomBytes(4).toString('hex')}`);
  await new Process('mkfifo', [path]).closed;
  const reading = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writing = openSync(path, constants.O_WRONLY);
  closeSync(reading);
  return writing;
}

test('a pipe that nobody reads any more: 74 and one line, which may be lost likewise', async () => {
  const server = await startServer([], { env });
  for (const command of [
    'help',
    '--version',
    'guard --help',
    'list',
    'list --json',
    'server',
    'server --json',
    `client ${server.pid} hi --json`,
    `send ${server.pid} URG`,
  ]) {
    const stdout = await brokenPipe();
    const minitalk = [process.execPath, bin('minitalk'), ...command.split(' ')];
    const told = new Process(minitalk[0] as string, minitalk.slice(1), { env, stdout });
    expect([command, await told.closed]).toEqual([command, { code: 74, signal: null }]);
    expect(told.stderr).toMatch(
      /^(minitalk[a-z ]*: |\{.*)EPIPE: broken pipe, write to standard output[^\n]*\n$/,
    );
    const untold = new Process('sh', ['-c', 'exec "$@" 2>&1', 'sh', ...minitalk], { env, stdout });
    expect([command, await untold.closed]).toEqual([command, { code: 74, signal: null }]);
    closeSync(stdout);
  }
});

test('errors that nobody reads any more are lost, and their exit code stays', async () => {
  const stdout = await brokenPipe();
  for (const [args, code] of [
    ['nope', 64],
    [`client ${2 ** 22} x`, 69],
    ['send 1 TERM --json', 64],
  ] as const) {
    const minitalk = [process.execPath, bin('minitalk'), ...args.split(' ')];
    const untold = new Process('sh', ['-c', 'exec "$@" 2>&1', 'sh', ...minitalk], { env, stdout });
    expect([args, await untold.closed]).toEqual([args, { code, signal: null }]);
  }
  closeSync(stdout);
});

test('output that nobody reads any more: 74 and one line', async () => {
  const server = await startServer([], { env });
  const minitalk = `'${process.execPath}' '${bin('minitalk')}'`;
  for (const command of ['list', `client ${server.pid} hi --json`, 'server --help']) {
    const shell = new Process(
      'sh',
      ['-c', `exec 2>&1; ${minitalk} ${command} >/dev/full; echo $?`],
      { env },
    );
    await shell.closed;
    expect(shell.text).toMatch(/^(minitalk [a-z]+: ENOSPC[^\n]*|\{[^\n]*ENOSPC[^\n]*\})\n74\n$/);
  }
});

/** A server whose output, a pipe, is full and stays so. */
async function startHeldServer() {
  const silence = join(folder, 'silence');
  await new Process('mkfifo', [silence]).closed;
  // Both ends: nobody reads, and nobody closes it.
  const pipe = openSync(silence, constants.O_RDWR | constants.O_NONBLOCK);
  fill(pipe);
  const server = await startServer(['--raw'], { env, stdout: openSync(silence, 'r+') });
  await server.until(({ stderr }) => stderr.includes('Server PID'));
  return server;
}

/** A client whose message that server has, and cannot print. */
async function startHeldClient(server: Process): Promise<Process> {
  const client = runScript(
    async ({ connect }, pid: number) => {
      const connection = await connect(pid);
      const onProgress = ({ sent, total }: { sent: number; total: number }) => {
        if (sent === total) process.stdout.write('sent\n');
      };
      const error = await connection.send('whole', { onProgress }).catch((reason: Error) => reason);
      console.log((error as NodeJS.ErrnoException).code);
    },
    [server.pid],
    { env },
  );
  await client.until(({ text }) => text.includes('sent'));
  await untilWrites(server);
  return client;
}

/** Resolves when it tries to write, again and again: its loop has taken the message that was sent. */
async function untilWrites({ pid }: Process): Promise<void> {
  const writes = () => /^syscw: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'latin1'))?.[1];
  for (let grown = 0; grown < 3; ) {
    const before = writes();
    await sleep(100); // twice its longest pause
    grown = writes() === before ? 0 : grown + 1;
  }
}

test('output that takes nothing: the server ends with 74 all the same, and its client is told', async () => {
  const server = await startHeldServer();
  const client = await startHeldClient(server);
  server.child.kill('SIGTERM');
  expect(await server.closed).toEqual({ code: 74, signal: null });
  expect(server.stderr).toContain('the output takes nothing any more');
  await client.closed;
  expect(client.text).toMatch(/ESRCH|ERR_SERVER_CLOSED/);
  expect(registered()).toEqual([]);
});

test('a second signal ends such a server at once: it waits for its output no longer', async () => {
  const server = await startHeldServer();
  await startHeldClient(server);
  server.child.kill('SIGINT');
  // It takes no new sessions once it ends.
  while ((await runClient([server.pid, 'late'], { env })).code !== 69);
  await sleep(150); // sooner it would be the first one sent twice
  server.child.kill('SIGINT');
  expect(await server.closed).toEqual({ code: 0, signal: null });
  expect(server.stderr).not.toContain('the output takes nothing');
});

function fill(pipe: number): void {
  try {
    for (;;) writeSync(pipe, Buffer.alloc(4096));
  } catch (error) {
    expect(error).toMatchObject({ code: 'EAGAIN' });
  }
}

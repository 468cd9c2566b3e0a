// Input without end: the target is looked at first, and no more is read than it takes.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  bin,
  events,
  Process,
  printed,
  runScript,
  startClient,
  startServer,
  untilReads,
} from '../support/processes.js';

const MIB = 2 ** 20;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'minitalk-test-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

/** A client in a shell: `$client` runs it, and notes the most memory that it ever had. */
function clientIn(shell: string): Process {
  const note = join(folder, 'note.js');
  writeFileSync(
    note,
    `const fs = require('fs');
    process.on('exit', () => fs.writeFileSync(${JSON.stringify(join(folder, 'status'))}, fs.readFileSync('/proc/self/status')));`,
  );
  const client = `'${process.execPath}' --require '${note}' '${bin('minitalk-client')}'`;
  return new Process('sh', ['-c', `client="exec ${client}"; ${shell}`], { cwd: folder });
}

function mostMebibytes(): number {
  const status = readFileSync(join(folder, 'status'), 'latin1');
  return Number(/^VmHWM:\s*(\d+)/m.exec(status)?.[1]) / 1024;
}

// The pipe's own writing end stays open, and nobody writes.
const silence = 'mkfifo silence; exec 3<>silence;';

test.each([
  ['an endless one', 'eval "$client $0" </dev/zero'],
  ['a silent one', `${silence} eval "$client $0" <silence`],
  ['an endless file', 'eval "$client $0 -f /dev/zero"'],
  ['a missing file', 'eval "$client $0 -f missing"'],
])('a target that is no server is told at once, whatever the input: %s', async (_, shell) => {
  const gone = new Process('true', []);
  await gone.closed;
  const client = clientIn(shell.replace('$0', String(gone.pid)));
  expect(await client.closed).toEqual({ code: 69, signal: null });
  expect(client.stderr).toContain(`no process ${gone.pid}`);
});

test.each([
  ['yes | eval "$client $0"'],
  ['eval "$client $0" </dev/zero'],
  ['eval "$client $0 -f /dev/zero"'],
  ['mkfifo pipe; yes >pipe & eval "$client $0 -f pipe"'],
])(
  '%s: 65 as soon as it is more than the server takes, which is all that is kept',
  async (shell) => {
    const server = await startServer(['--json', '--max-message', '192M']);
    const client = clientIn(shell.replace('$0', String(server.pid)));
    expect(await client.closed).toEqual({ code: 65, signal: null });
    expect(client.stderr).toMatch(
      /^minitalk-client: the input is longer than the 201326592 bytes that server \d+ takes; nothing was sent[^\n]*\n$/,
    );
    // Node alone has 50; what is read but not collected yet, up to 64.
    expect(mostMebibytes()).toBeGreaterThan(190);
    expect(mostMebibytes()).toBeLessThan(192 + 150);
    expect(events(server).map(({ event }) => event)).toEqual(['listening']);
  },
);

test('a file that is too long is refused by its size, unread', async () => {
  const server = await startServer();
  const client = clientIn(`truncate -s 100G long; eval "$client ${server.pid} -f long"`);
  expect(await client.closed).toEqual({ code: 65, signal: null });
  expect(client.stderr).toContain('longer than the 67108864 bytes');
  expect(mostMebibytes()).toBeLessThan(100);
});

test('a process that is no registered server is sent what servers take unless told, and no more', async () => {
  const bystander = runScript(() => {
    for (const signal of ['SIGUSR1', 'SIGUSR2'] as const) process.on(signal, () => process.exit(3));
    process.stdout.write('ready\n');
    setTimeout(() => {}, 60_000);
  });
  await bystander.until(({ text }) => text.includes('ready'));
  const client = clientIn(`eval "$client ${bystander.pid} --force" </dev/zero`);
  expect(await client.closed).toEqual({ code: 65, signal: null });
  expect(client.stderr).toContain(`longer than the ${64 * MIB} bytes`);
  expect(bystander.child.exitCode).toBeNull();
});

test('input of just so many bytes is delivered, from a pipe and from a file', async () => {
  const server = await startServer(['--raw', '--max-message', '100K']);
  const bytes = 'x'.repeat(100 * 1024);
  for (const input of ['cat file |', '']) {
    const args = `${server.pid} --mode auto${input === '' ? ' -f file' : ''}`;
    writeFileSync(join(folder, 'file'), bytes);
    expect(await clientIn(`${input} eval "$client ${args}"`).closed).toMatchObject({ code: 0 });
  }
  // A client is told once the pipe has the bytes; we may have still to read them.
  await server.until(({ stdout }) => stdout.length >= 2 * bytes.length);
  expect(server.text === bytes + bytes).toBe(true);
});

test('a FIFO is read to its end', async () => {
  const server = await startServer();
  const shell = `mkfifo pipe; (sleep 0.3; echo hello >pipe) & eval "$client ${server.pid} -f pipe"`;
  expect(await clientIn(shell).closed).toEqual({ code: 0, signal: null });
  expect(printed(server).toString()).toBe('hello\n\n');
});

test.each([
  ['standard input', '<silence'],
  ['a FIFO', '-f silence'],
])('a server that ends while %s is read: 69 at once', async (_, input) => {
  const server = await startServer();
  const client = clientIn(`${silence} eval "$client ${server.pid} ${input}"`);
  await untilReads(client);
  await server.end('SIGKILL');
  expect(await client.closed).toEqual({ code: 69, signal: null });
  // It may still have been at its look when we saw the server pinned.
  expect(client.stderr).toMatch(
    /server \d+ ended while the input was read; nothing|no process \d+|process \d+ is not registered/,
  );
});

test.each([
  ['SIGINT', 130, '<silence'],
  ['SIGTERM', 143, '<silence'],
  ['SIGINT', 130, '-f silence'],
  ['SIGINT', 130, '-f unwritten'], // to open it is to wait
] as const)('%s while the input is read: %d (%s)', async (signal, code, input) => {
  const server = await startServer(['--json']);
  const fifos = `mkfifo unwritten; ${silence}`;
  const client = clientIn(`${fifos} eval "$client ${server.pid} --json ${input}"`);
  await untilReads(client);
  expect(await client.end(signal)).toEqual({ code, signal: null });
  expect(JSON.parse(client.stderr)).toMatchObject({
    code: 'ABORT_ERR',
    message: 'interrupted; nothing was sent',
  });
  expect(events(server).map(({ event }) => event)).toEqual(['listening']);
});

test('a client that waits for its input takes no harm of the signals that carry messages', async () => {
  const server = await startServer();
  const client = startClient([server.pid], { stdin: 'pipe' });
  await untilReads(client);
  client.child.kill('SIGUSR2');
  client.child.kill('SIGUSR1');
  client.child.stdin?.end('unharmed');
  expect(await client.closed).toEqual({ code: 0, signal: null });
  expect(printed(server).toString()).toBe('unharmed\n');
});

test('"-" is standard input, as a message and as a file', async () => {
  const server = await startServer();
  for (const args of [['-'], ['--file', '-'], ['--', '-']]) {
    const client = startClient([server.pid, ...args], { input: 'in' });
    expect(await client.closed).toEqual({ code: 0, signal: null });
  }
  expect(printed(server).toString()).toBe('in\nin\nin\n');
});

test('send() refuses what the server would, before it offers anything', async () => {
  const server = await startServer(['--json', '--max-message', '10']);
  const sender = runScript(
    async ({ connect }, pid: number) => {
      const client = await connect(pid);
      const error = await client.send('eleven byte').catch((reason: unknown) => reason);
      await client.send('ten bytes.');
      await client.close();
      const { code, message } = error as NodeJS.ErrnoException;
      console.log(JSON.stringify({ code, message }));
    },
    [server.pid],
  );
  expect(await sender.closed).toEqual({ code: 0, signal: null });
  expect(JSON.parse(sender.text)).toMatchObject({
    code: 'EMSGSIZE',
    message: expect.stringContaining('longer than the 10 bytes'),
  });
  expect(events(server).map(({ text }) => text)).toEqual([undefined, 'ten bytes.']);
});

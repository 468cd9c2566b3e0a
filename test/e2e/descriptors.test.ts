// At the limit of descriptors: "I could not look" is not "it is gone".
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as minitalk from '../../lib/index.js';
import type { ProcessHandle } from '../../lib/signals/index.js';
import { bin, Process, printed, runScript, startServer } from '../support/processes.js';

/** test/support/exhaust.js */
interface Exhaust {
  takeAllDescriptors(): () => void;
  outcomeOf(action: () => unknown): Promise<object>;
}
const descriptors = 64;

async function resultOf(script: Process): Promise<unknown> {
  expect(await script.closed).toEqual({ code: 0, signal: null });
  return JSON.parse(script.text);
}

const noDescriptor = {
  code: 'EMFILE',
  errno: -24,
  message: expect.stringContaining('ulimit -n'),
};

test('connect says that no descriptor is left, and not that the server is gone', async () => {
  const server = await startServer();
  const client = runScript(
    async ({ connect }: typeof minitalk, pid: number) => {
      const { takeAllDescriptors, outcomeOf }: Exhaust = require(
        `${process.cwd()}/test/support/exhaust.js`,
      );
      const outcomes: object[] = [];
      takeAllDescriptors();
      const { closeSync } = require('node:fs') as typeof import('node:fs');
      // With none, and with one, two, … of those that it needs.
      for (let last = 63; last > 60; last -= 1) {
        outcomes.push(await outcomeOf(() => connect(pid)));
        closeSync(last);
      }
      process.stdout.write(JSON.stringify(outcomes));
    },
    [server.pid],
    { descriptors },
  );
  expect(await resultOf(client)).toEqual(
    Array(3).fill(expect.objectContaining({ ...noDescriptor, syscall: expect.any(String) })),
  );
});

test.each(['bit', 'word', 'burst'] as const)(
  'a client without a descriptor sends on in %s mode, closes, and outlives the server',
  async (mode) => {
    const server = await startServer(['--raw']);
    const client = runScript(
      async ({ connect }: typeof minitalk, pid: number, mode: 'bit') => {
        const { takeAllDescriptors }: Exhaust = require(`${process.cwd()}/test/support/exhaust.js`);
        const client = await connect(pid);
        takeAllDescriptors();
        await client.send('one ', { mode });
        // Silent for so long that it looks again before it sends.
        await new Promise((resolve) => setTimeout(resolve, 150));
        await client.send('two', { mode });
        process.stdout.write('sent\n');
        process.once('message', async () => {
          await client.close();
          process.stdout.write('closed\n');
          process.once('message', () => process.disconnect());
        });
      },
      [server.pid, mode],
      { descriptors, ipc: true },
    );
    await client.until(({ text }) => text === 'sent\n');
    client.child.send('close');
    await client.until(({ text }) => text.endsWith('closed\n'));
    expect(await server.end()).toEqual({ code: 0, signal: null });
    client.child.send('end');
    expect(await client.closed).toEqual({ code: 0, signal: null });
    expect(printed(server).toString() + server.text).toContain('one two');
  },
);

test('a client that cannot look for the registration keeps its handlers until the server has heard it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'minitalk-test-'));
  const env = { XDG_RUNTIME_DIR: folder };
  const server = await startServer([], { env });
  const client = runScript(
    async ({ connect }: typeof minitalk, pid: number, runtime: string) => {
      const { takeAllDescriptors }: Exhaust = require(`${process.cwd()}/test/support/exhaust.js`);
      const client = await connect(pid);
      await client.send('hi');
      const fs = require('node:fs') as typeof import('node:fs');
      // It is elsewhere now: what was read at the beginning has gone.
      fs.renameSync(`${runtime}/minitalk`, `${runtime}/away`);
      const giveBack = takeAllDescriptors();
      await client.close();
      process.stdout.write('closed\n');
      process.once('message', () => {
        giveBack();
        process.disconnect();
      });
    },
    [server.pid, folder],
    { env, descriptors, ipc: true },
  );
  await client.until(({ text }) => text === 'closed\n');
  expect(await server.end()).toEqual({ code: 0, signal: null });
  client.child.send('end');
  expect(await client.closed).toEqual({ code: 0, signal: null });
  rmSync(folder, { recursive: true });
});

test('a server without a descriptor serves the clients that it has, and hears others when there is room', async () => {
  const server = runScript(
    async ({ createServer }: typeof minitalk) => {
      const { takeAllDescriptors }: Exhaust = require(`${process.cwd()}/test/support/exhaust.js`);
      const server = createServer();
      let giveBack = () => {};
      server.on('message', ({ text }) => {
        process.stdout.write(`${text}\n`);
        if (text === 'take') giveBack = takeAllDescriptors();
        if (text === 'give') giveBack();
      });
      await server.listen();
      process.stdout.write('listening\n');
    },
    [],
    { descriptors },
  );
  await server.until(({ text }) => text === 'listening\n');
  const clients = runScript(
    async ({ connect }: typeof minitalk, pid: number) => {
      const first = await connect(pid);
      await first.send('take');
      const second = connect(pid);
      await first.send('held', { mode: 'word' });
      await first.send('held', { mode: 'burst' });
      await first.send('give');
      await (await second).send('room');
      await first.close();
      await (await second).close();
    },
    [server.pid],
  );
  expect(await clients.closed).toEqual({ code: 0, signal: null });
  expect(server.text).toBe('listening\ntake\nheld\nheld\ngive\nroom\n');
});

test('identity, catches and listServers say that no descriptor is left', async () => {
  const target = new Process('sleep', ['60']);
  const script = runScript(
    async ({ listServers }: typeof minitalk, pid: number) => {
      const { takeAllDescriptors, outcomeOf }: Exhaust = require(
        `${process.cwd()}/test/support/exhaust.js`,
      );
      const { openProcess } = require(
        `${process.cwd()}/dist/signals/index.js`,
      ) as typeof import('../../lib/signals/index.js');
      const handle: ProcessHandle = openProcess(pid);
      takeAllDescriptors();
      const outcomes = [
        await outcomeOf(() => handle.identity()),
        await outcomeOf(() => handle.catches('SIGUSR1')),
        await outcomeOf(() => openProcess(pid)),
        await outcomeOf(() => listServers()),
        { hasExited: handle.hasExited() },
      ];
      process.stdout.write(JSON.stringify(outcomes));
    },
    [target.pid],
    { descriptors },
  );
  const server = await startServer(); // so that there is a directory to be read
  const outcomes = await resultOf(script);
  expect(outcomes).toEqual([
    { ...noDescriptor, syscall: 'open' },
    { ...noDescriptor, syscall: 'open' },
    { ...noDescriptor, syscall: 'pidfd_open' },
    { ...noDescriptor, syscall: 'scandir' },
    { hasExited: false },
  ]);
  await server.end();
});

// Root reads everything, unless it gives that up.
const asOrdinary =
  process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-dac_override,-dac_read_search'] : ['env'];

test('a registration directory that cannot be read is not taken for "no server"', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'minitalk-test-'));
  const env = { XDG_RUNTIME_DIR: folder };
  mkdirSync(join(folder, 'minitalk'), { mode: 0o700 });
  const server = await startServer([], { env });
  chmodSync(join(folder, 'minitalk'), 0);
  const [command = '', ...args] = [...asOrdinary, process.execPath];
  const list = new Process(command, [...args, bin('minitalk'), 'list'], { env });
  expect(await list.closed).toEqual({ code: 74, signal: null });
  expect(list.stderr).toMatch(/^minitalk list: scandir EACCES: cannot look for servers in .*\n$/);
  const client = new Process(command, [...args, bin('minitalk-client'), String(server.pid), 'hi'], {
    env,
  });
  expect(await client.closed).toEqual({ code: 74, signal: null });
  expect(client.stderr).toMatch(
    /^minitalk-client: open EACCES: cannot read the registration .*\n$/,
  );
  chmodSync(join(folder, 'minitalk'), 0o700);
  expect(await server.end()).toEqual({ code: 0, signal: null });
  rmSync(folder, { recursive: true });
});

// A SIGUSR1 that comes while a command starts opens Node's debugger.
import { readFileSync, readlinkSync } from 'node:fs';
import {
  bin,
  ofEach,
  Process,
  printed,
  runClient,
  sleep,
  startServer,
  untilReads,
} from '../support/processes.js';

const MOMENTS = 10;

/** TCP ports on which the process listens: how many. */
function listening(pid: number): number {
  const inodes = new Set(
    ['tcp', 'tcp6']
      .flatMap((table) => readFileSync(`/proc/${pid}/net/${table}`, 'latin1').trim().split('\n'))
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state]) => state === '0A')
      .map((fields) => fields[9]),
  );
  const targets = ofEach(pid, 'fd', (fd) => readlinkSync(fd));
  return targets.filter((target) => inodes.has(/^socket:\[(\d+)\]$/.exec(target)?.[1])).length;
}

async function untilClosed(pid: number): Promise<void> {
  while (listening(pid) > 0) await sleep(10);
}

test('a SIGUSR1 at any moment of its start leaves a server without a debugger, and working', async () => {
  const began = performance.now();
  await (await startServer()).end();
  const wholeStart = performance.now() - began;
  let opened = 0;
  for (let moment = 0; moment < MOMENTS; moment += 1) {
    const server = new Process(process.execPath, [bin('minitalk-server')]);
    await sleep((wholeStart * moment) / MOMENTS);
    server.child.kill('SIGUSR1');
    const started = await server
      .until(({ text }) => text.includes('\n'))
      .then(
        () => true,
        () => false,
      );
    if (!started) {
      // Node has no handler of its own yet: nobody can help that.
      expect(await server.closed).toEqual({ code: null, signal: 'SIGUSR1' });
      continue;
    }
    await untilClosed(server.pid);
    expect((await runClient([server.pid, 'works'])).code).toBe(0);
    expect(listening(server.pid)).toBe(0);
    expect(printed(server).toString()).toBe('works\n');
    if (server.stderr.includes('Debugger listening')) opened += 1;
    await server.end();
  }
  expect(opened).toBeGreaterThan(0);
}, 120_000);

test('a debugger that was asked for stays', async () => {
  for (const [args, env] of [
    [['--inspect=0'], {}],
    [[], { NODE_OPTIONS: '--inspect=0' }],
  ] as const) {
    const server = new Process(process.execPath, [...args, bin('minitalk-server')], { env });
    await server.until(({ text }) => text.includes('\n'));
    expect((await runClient([server.pid, 'works'])).code).toBe(0);
    expect(listening(server.pid)).toBe(1);
    await server.end();
  }
});

test('a client that sends for long has no debugger either', async () => {
  const server = await startServer();
  const began = performance.now();
  await runClient([server.pid, 'how long it takes']);
  const wholeClient = performance.now() - began;
  let opened = 0;
  for (let moment = 0; moment < MOMENTS; moment += 1) {
    // It waits for input that never comes.
    const args = [bin('minitalk-client'), String(server.pid)];
    const client = new Process(process.execPath, args, { stdin: 'pipe' });
    await sleep((wholeClient * moment) / MOMENTS);
    client.child.kill('SIGUSR1');
    await Promise.race([client.closed, untilReads(client).catch(() => {})]);
    if (client.child.exitCode === null && client.child.signalCode === null) {
      await untilClosed(client.pid);
      if (client.stderr.includes('Debugger listening')) opened += 1;
      expect(await client.end('SIGINT')).toEqual({ code: 130, signal: null });
    } else {
      expect(await client.closed).toEqual({ code: null, signal: 'SIGUSR1' });
    }
  }
  expect(opened).toBeGreaterThan(0);
}, 120_000);

// The realtime signal that takes bursts: which one it is, and that it is caught no longer than it must be.
import { randomBytes } from 'node:crypto';
import { lookAtStatus } from '../../lib/signals/internal/proc.js';
import { type SignalName, signalNumber } from '../../lib/signals/names.js';
import {
  events,
  Process,
  printed,
  runClient,
  runScript,
  startServer,
} from '../support/processes.js';

function catches({ pid }: Process, signal: SignalName): boolean {
  const look = lookAtStatus(pid);
  return look.is === 'seen' && look.value.catches(signalNumber(signal));
}

test('--burst-signal names another one, on which bursts arrive', async () => {
  const server = await startServer(['--burst-signal', 'SIGRTMIN+9', '--raw']);
  expect(catches(server, 'SIGRTMIN+7')).toBe(false);
  expect(catches(server, 'SIGRTMIN+9')).toBe(true);
  const input = randomBytes(500_000);
  expect((await runClient([server.pid, '--mode', 'burst'], { input })).code).toBe(0);
  expect(server.stdout.equals(input)).toBe(true);
});

test('with --burst-signal none a burst is refused with 69, and auto takes words', async () => {
  const server = await startServer(['--burst-signal', 'none', '--json']);
  expect(catches(server, 'SIGRTMIN+7')).toBe(false);
  const input = randomBytes(5000);
  const burst = await runClient([server.pid, '--mode', 'burst'], { input });
  expect(burst).toMatchObject({ code: 69, stdout: '' });
  expect(burst.stderr).toBe(
    `minitalk-client: mode burst: server ${server.pid} takes no bursts; choose mode word or auto\n`,
  );
  expect((await runClient([server.pid, '--mode', 'auto'], { input })).code).toBe(0);
  expect(events(server).slice(1)).toMatchObject([{ event: 'message', mode: 'word', bytes: 5000 }]);
});

test('two servers with different burst signals get each their own messages of one client', async () => {
  const servers = await Promise.all([startServer(), startServer(['--burst-signal', 'SIGRTMAX'])]);
  const client = runScript(
    async ({ connect }, pids: number[]) => {
      const clients = await Promise.all(pids.map((pid) => connect(pid)));
      await Promise.all(
        clients.map((each, i) => each.send(`to ${i} ${'x'.repeat(300_000)}`, { mode: 'burst' })),
      );
      await Promise.all(clients.map((each) => each.close()));
    },
    [servers.map(({ pid }) => pid)],
  );
  expect(await client.closed).toEqual({ code: 0, signal: null });
  expect(servers.map((server) => printed(server).toString())).toEqual([
    `to 0 ${'x'.repeat(300_000)}\n`,
    `to 1 ${'x'.repeat(300_000)}\n`,
  ]);
});

test('a stranger that sends it ends nobody, and is reported', async () => {
  const server = await startServer(['--json']);
  const signo = signalNumber('SIGRTMIN+7');
  const stranger = new Process('sh', ['-c', `kill -${signo} ${server.pid}`]);
  await stranger.closed;
  await server.until(({ text }) => text.includes('stray'));
  expect(events(server).at(-1)).toMatchObject({
    event: 'stray',
    signal: 'SIGRTMIN+7',
    pid: stranger.pid,
    code: 'SI_USER',
  });
  expect((await runClient([server.pid, 'after', '--mode', 'burst'])).code).toBe(0);
});

test('after close its disposition is the default again, also where a client goes on', async () => {
  const other = await startServer();
  const script = runScript(
    async ({ createServer, connect }, signo: number, pid: number) => {
      const { readFileSync } = require('node:fs') as typeof import('node:fs');
      const caught = () => {
        const mask = /SigCgt:\s*(\w+)/.exec(readFileSync('/proc/self/status', 'latin1'))?.[1];
        return ((BigInt(`0x${mask}`) >> BigInt(signo - 1)) & 1n) === 1n;
      };
      await connect(pid);
      const server = createServer();
      const before = caught();
      await server.listen();
      process.stdout.write(`${before} ${caught()}\n`);
      process.once('message', async () => {
        await server.close();
        process.stdout.write(`${caught()}\n`);
        process.kill(process.pid, signo);
        setTimeout(() => process.stdout.write('alive\n'), 1000);
      });
      server.on('message', ({ mode }) => process.stdout.write(`${mode}\n`));
    },
    [signalNumber('SIGRTMIN+7'), other.pid],
    { ipc: true },
  );
  await script.until(({ text }) => text.includes('\n'));
  expect((await runClient([script.pid, 'x', '--mode', 'burst'])).code).toBe(0);
  script.child.send('close');
  await script.closed; // Node has no name for the signal that ended it
  expect(script.text).toBe('false true\nburst\nfalse\n');
});

test('a burst signal that cannot be one is refused by createServer', async () => {
  const script = runScript(({ createServer }) => {
    const codes = ['SIGUSR1', 'SIGRTMIN+99', 'SIGNOPE'].map((burstSignal) => {
      try {
        createServer({ burstSignal: burstSignal as 'SIGUSR1' });
        return 'taken';
      } catch (error) {
        return (error as { code: string }).code;
      }
    });
    process.stdout.write(codes.join());
  });
  await script.closed;
  expect(script.text).toBe('ERR_OUT_OF_RANGE,ERR_UNKNOWN_SIGNAL,ERR_UNKNOWN_SIGNAL');
});

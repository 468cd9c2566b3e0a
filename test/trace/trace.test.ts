// What the kernel saw, by strace(1): which signals are sent, how many, and to whom.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signalNumber } from '../../lib/signals/names.js';
import { bin, Process, root, runScript, startServer } from '../support/processes.js';

/** SIGRTMIN+7, as strace names it: by the kernel's numbers, of which libc keeps the first for itself. */
const burstSignal = `SIGRT_${signalNumber('SIGRTMIN+7') - 32}`;
const SENDS = 'kill,tgkill,tkill,rt_sigqueueinfo,rt_tgsigqueueinfo,pidfd_send_signal';
const folder = mkdtempSync(join(tmpdir(), 'minitalk-trace-'));
afterAll(() => rmSync(folder, { recursive: true }));

let traces = 0;

/** Runs a command under strace; `sent` are its signal-sending calls after the end. */
function traced(command: string, args: readonly string[], input?: Uint8Array) {
  traces += 1;
  const file = join(folder, String(traces));
  const process = new Process(
    'strace',
    ['-f', '-qq', '--signal=none', `--trace=${SENDS}`, '-o', file, command, ...args],
    input === undefined ? {} : { input },
  );
  const sent = () =>
    readFileSync(file, 'latin1')
      .split('\n')
      .filter((line) => line.includes('('))
      .map((line) => line.replace(/^\d+\s+/, ''));
  return { process, sent };
}

/** Calls with signal 0, which send nothing. */
const isProbe = (call: string) =>
  /^((kill|pidfd_send_signal)\(\d+|tgkill\(\d+, \d+), 0\b/.test(call);

/** A server wakes its own lanes, so that they end. */
const isEndOfLane = (call: string, pid: number) => call.startsWith(`tgkill(${pid}, `);

test('every payload bit is one SIGUSR1 or SIGUSR2 by tgkill, and nothing else is sent by either side', async () => {
  const server = traced(process.execPath, [bin('minitalk-server')]);
  await server.process.until(({ text }) => text.includes('\n'));
  const pid = Number(/PID: (\d+)/.exec(server.process.text)?.[1]);
  const message = randomBytes(300);
  const client = traced(process.execPath, [bin('minitalk-client'), String(pid)], message);
  expect(await client.process.closed).toEqual({ code: 0, signal: null });
  process.kill(pid, 'SIGTERM');
  await server.process.closed;

  const bits = client.sent().filter((call) => call.startsWith('tgkill(') && !isProbe(call));
  const words = client.sent().filter((call) => !call.startsWith('tgkill(') && !isProbe(call));
  // 300 bytes and their frame's checksum: 304 bytes; a repetition after a loss may add a few.
  expect(bits.length).toBeGreaterThanOrEqual(304 * 8);
  expect(bits.length).toBeLessThan(304 * 8 * 1.05);
  // To threads of the server, which are its lanes.
  for (const bit of bits) expect(bit).toMatch(new RegExp(`^tgkill\\(${pid}, \\d+, SIGUSR[12]\\)`));
  expect(new Set(bits.map((bit) => bit.split(',')[1])).size).toBe(64);
  for (const word of words) {
    expect(word).toMatch(new RegExp(`^rt_tgsigqueueinfo\\(${pid}, \\d+, SIGUSR2, `));
  }
  const replies = server.sent().filter((call) => !isProbe(call) && !isEndOfLane(call, pid));
  expect(replies.length).toBeGreaterThanOrEqual((304 * 8) / 64); // one a round
  for (const reply of replies) {
    expect(reply).toMatch(/^rt_tgsigqueueinfo\(\d+, \d+, SIGUSR[12], /);
  }
});

test.each([
  ['word', 64],
  ['word', 192],
  ['burst', 64],
  ['burst', 192],
] as const)(
  'in mode %s each %d bits of payload are one queued signal, and only the mode’s signals are sent',
  async (mode, bits) => {
    const server = traced(process.execPath, [bin('minitalk-server')]);
    await server.process.until(({ text }) => text.includes('\n'));
    const pid = Number(/PID: (\d+)/.exec(server.process.text)?.[1]);
    const script = `const { connect } = require(${JSON.stringify(root)});
    connect(${pid}).then(async (client) => {
      await client.send(Buffer.alloc(2996, 7), { mode: '${mode}', payload: ${bits} });
      await client.close();
    });`;
    const client = traced(process.execPath, ['-e', script]);
    expect(await client.process.closed).toEqual({ code: 0, signal: null });
    process.kill(pid, 'SIGTERM');
    await server.process.closed;

    const [carrier, question] =
      mode === 'word' ? ['SIGUSR1', 'SIGUSR2'] : [burstSignal, burstSignal];
    const sent = client.sent().filter((call) => !isProbe(call));
    const toServer = sent.filter((call) => call.includes(`(${pid}, `));
    // Once, to itself: how much a data word can carry.
    const [selfTest, ...more] = sent.filter((call) => !toServer.includes(call));
    expect(selfTest).toMatch(/^rt_tgsigqueueinfo\((\d+), \1, SIGUSR1, .*si_pid=\1, /);
    expect(more).toEqual([]);
    const data = toServer.filter((call) => call.includes('si_errno='));
    const control = toServer.filter((call) => !call.includes('si_errno='));
    // 2,996 bytes and their frame's checksum: 3,000 bytes; a repetition after a loss may add a few.
    const words = (3000 * 8) / bits;
    expect(data.length).toBeGreaterThanOrEqual(words);
    expect(data.length).toBeLessThan(words * 1.2);
    for (const call of data) {
      expect(call).toMatch(new RegExp(`^rt_tgsigqueueinfo\\(${pid}, \\d+, ${carrier}, `));
    }
    for (const call of control) {
      expect(call).toMatch(
        new RegExp(`^rt_tgsigqueueinfo\\(${pid}, \\d+, (SIGUSR2|${question}), `),
      );
    }
    const replies = server.sent().filter((call) => !isProbe(call) && !isEndOfLane(call, pid));
    for (const reply of replies) {
      expect(reply).toMatch(/^rt_tgsigqueueinfo\(\d+, \d+, SIGUSR[12], /);
    }
    // In word mode each round of at most 64 lanes is acknowledged.
    expect(replies.length).toBeGreaterThanOrEqual(mode === 'word' ? words / 64 : 1);
  },
);

test('to a refused target nothing is sent', async () => {
  const bystander = runScript(() => {
    for (const signal of ['SIGUSR1', 'SIGUSR2'] as const) process.on(signal, () => process.exit(3));
    process.stdout.write('ready\n');
    setTimeout(() => {}, 60_000);
  });
  await bystander.until(({ text }) => text.includes('ready'));
  const sleeper = new Process('sleep', ['60']);
  const gone = new Process('true', []);
  await gone.closed;
  const targets = [bystander, sleeper, gone].map(({ pid }) => String(pid));
  targets.push('0', '-1', '1', '4294967295', '4294967296', '4294967297', '12abc');
  for (const target of targets) {
    const client = traced(process.execPath, [bin('minitalk-client'), target, 'hi']);
    expect([64, 69]).toContain((await client.process.closed).code);
    expect(client.sent().filter((call) => !isProbe(call))).toEqual([]);
  }
  await Promise.all([bystander.endUnhurt(), sleeper.endUnhurt()]);
});

test('an idle server makes no system call at all', async () => {
  const server = await startServer();
  const file = join(folder, 'idle');
  const strace = new Process('strace', ['-f', '-qq', '-o', file, '-p', String(server.pid)]);
  await new Promise((resolve) => setTimeout(resolve, 4000));
  await strace.end('SIGINT');
  const calls = readFileSync(file, 'latin1')
    .split('\n')
    .filter((line) => /^\d+\s+[a-z_0-9]+\(/.test(line) && !line.includes('restart_syscall'));
  // What each thread was waiting in when strace came.
  expect(calls.filter((line) => !/\b(epoll_p?wait|futex|read)\b/.test(line))).toEqual([]);
  expect(calls.length).toBeLessThanOrEqual(threadCount(server.pid));
});

function threadCount(pid: number): number {
  return Number(/^Threads:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]);
}

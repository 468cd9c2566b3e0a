// Recordings of real processes: what stands in them, and that they spoil nothing.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messagesOf } from '../../lib/recording/messages.js';
import { type ReadEvent, type Recording, readRecording } from '../../lib/recording/read.js';
import { kill, queue } from '../../lib/signals/send.js';
import {
  bytesOf,
  events,
  Process,
  root,
  runClient,
  runScript,
  startClient,
  startServer,
} from '../support/processes.js';
import { newRuntimeDirectory } from '../support/runtime-directory.js';

let folder: string;
const file = (name: string) => join(folder, name);

beforeEach(() => {
  folder = newRuntimeDirectory();
});

const sizes = { bit: 1500, word: 70_000, burst: 300_000 };

type Data = Extract<ReadEvent, { is: 'bit' | 'word' }>;
const isData = (event: ReadEvent): event is Data => event.is === 'bit' || event.is === 'word';
const dataOf = (recording: Recording, way: 'in' | 'out') =>
  recording.events.filter(isData).filter((event) => event.way === way && event.spare !== true);
const placeOf = ({ pid, process, way, message, frame, at }: Data) =>
  [...(way === 'in' ? [pid, process.pid] : [process.pid, pid]), message, frame, at].join();

describe.each(['bit', 'word', 'burst'] as const)('%s mode', (mode) => {
  test('both ends record the same message, byte-exact, and each signal of it', async () => {
    const server = await startServer(['--json', '--record', file('server')]);
    const input = randomBytes(sizes[mode]);
    const client = await runClient([server.pid, '--mode', mode, '--record', file('client')], {
      input,
    });
    expect(client).toMatchObject({ code: 0, stderr: '' });
    await server.end('SIGTERM');
    const recording = await readRecording([file('server'), file('client')]);
    expect(recording.cutOff).toEqual([]);
    const { messages, unplaced } = messagesOf(recording);
    expect(unplaced).toBe(0);
    expect(messages.map(({ way, mode: by, isDelivered }) => [way, by, isDelivered]).sort()).toEqual(
      [
        ['in', mode, true],
        ['out', mode, true],
      ],
    );
    for (const { data } of messages) expect(data?.equals(input)).toBe(true);

    const sent = new Map(dataOf(recording, 'out').map((event) => [placeOf(event), event]));
    const taken = dataOf(recording, 'in');
    expect(taken.length).toBeGreaterThan(0);
    for (const event of taken) {
      const origin = sent.get(placeOf(event)) as Data;
      expect(origin.signal).toBe(event.signal);
      expect(origin.t).toBeLessThanOrEqual(event.t);
      expect(origin.thread).toBe(event.thread);
      expect(origin.lane).toBe(event.lane);
    }
    // The event loop's taking of a frame is behind all its data.
    for (const frame of recording.events) {
      if (frame.is !== 'frame') continue;
      const its = taken.filter((event) => event.frame === frame.frame);
      expect(frame.t).toBeGreaterThan(Math.max(...its.map(({ t }) => t)));
    }
  });
});

test('clients that take turns, a stranger and what is not ours are told apart', async () => {
  const server = await startServer(['--json', '--record', file('server')]);
  const inputs = [randomBytes(2500), randomBytes(2500), randomBytes(10)];
  const clients = inputs.map((input) => startClient([server.pid], { input }));
  for (let i = 0; i < 20; i += 1) {
    kill(server.pid, 'SIGUSR1');
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  queue(server.pid, 'SIGUSR2', 99);
  for (const client of clients) expect(await client.closed).toMatchObject({ code: 0 });
  await server.end('SIGTERM');
  const recording = await readRecording(file('server'));
  const { messages } = messagesOf(recording);
  const bytes = (list: (Buffer | undefined)[]) => list.map((data) => data?.toString('hex')).sort();
  expect(bytes(messages.map(({ data }) => data))).toEqual(bytes(inputs));
  expect(
    bytes(
      events(server)
        .filter(({ event }) => event === 'message')
        .map(bytesOf),
    ),
  ).toEqual(bytes(inputs));
  const strays = recording.events.filter((event) => event.is === 'signal');
  expect(strays).toContainEqual(
    expect.objectContaining({ signal: 'SIGUSR2', code: 'SI_QUEUE', stray: true, pid: process.pid }),
  );
  const plain = strays.filter(({ code }) => code === 'SI_USER');
  expect(plain.length).toBeGreaterThan(0); // signals merge
  for (const stray of plain) {
    expect(stray).toMatchObject({ signal: 'SIGUSR1', stray: true, pid: process.pid });
  }
  expect(recording.events.at(-1)?.is).toBe('end');
});

test('a recording has no more than its limit, and its end', async () => {
  const limit = 200_000;
  const server = await startServer(['--record', file('server'), '--record-limit', String(limit)]);
  for (let i = 0; i < 3; i += 1) {
    expect((await runClient([server.pid], { input: randomBytes(500) })).code).toBe(0);
  }
  expect((await runClient([server.pid, 'the last one'])).code).toBe(0);
  await server.end('SIGTERM');
  const [present, before] = [file('server'), file('server.1')];
  expect(statSync(present).size + statSync(before).size).toBeLessThanOrEqual(limit);
  expect(statSync(before).size).toBeGreaterThan(limit / 2 - 1000);
  for (const path of [present, before]) expect(statSync(path).mode & 0o777).toBe(0o600);
  const recording = await readRecording([before, present]);
  expect(recording.processes).toHaveLength(1);
  expect(messagesOf(recording).messages.at(-1)?.data?.toString()).toBe('the last one');
  expect(recording.events.at(-1)?.is).toBe('end');
});

test('a dialect is recorded signal by signal', async () => {
  const server = await startServer(['--dialect', 'classic', '--record', file('server')]);
  const args = [server.pid, 'hi', '--dialect', 'classic', '--record', file('client')];
  expect((await runClient(args)).code).toBe(0);
  await server.end('SIGTERM');
  const bits = async (name: string, way: 'in' | 'out') =>
    (await readRecording(file(name))).events
      .filter((event) => event.is === 'step' && event.way === way)
      .map((event) => ('signal' in event && event.signal === 'SIGUSR2' ? 1 : 0))
      .join('');
  const sent = await bits('client', 'out');
  expect(sent).toBe('011010000110100100000000'); // h, i, NUL
  expect(await bits('server', 'in')).toBe(sent);
  expect((await bits('server', 'out')).length).toBe(24); // each is acknowledged
});

test('watch records what it shows', async () => {
  const watch = new Process(join(root, 'bin', 'minitalk'), ['watch', '--record', file('watch')]);
  await watch.until(({ stderr }) => stderr.endsWith('\n'));
  kill(watch.pid, 'SIGUSR1');
  await watch.until(({ text }) => text.includes('SIGUSR1'));
  queue(watch.pid, 'SIGRTMIN+3', 7);
  await watch.until(({ text }) => text.includes('SIGRTMIN+3'));
  expect(await watch.end('SIGTERM')).toMatchObject({ code: 0 });
  const { events, processes } = await readRecording(file('watch'));
  expect(processes).toMatchObject([{ pid: watch.pid, command: 'minitalk watch' }]);
  const { pid } = process;
  expect(events).toMatchObject([
    { is: 'signal', way: 'in', signal: 'SIGUSR1', code: 'SI_USER', pid, uid: process.getuid?.() },
    {
      is: 'signal',
      way: 'in',
      signal: 'SIGRTMIN+3',
      code: 'SI_QUEUE',
      pid,
      value: `0x${'7'.padStart(16, '0')}`,
    },
    { is: 'signal', way: 'in', signal: 'SIGTERM', pid },
    { is: 'end' },
  ]);
  expect(events[0]).not.toHaveProperty('stray');
});

test('what cannot be written is told, and the server serves on', async () => {
  const server = await startServer(['--record', file('server'), '--record-limit', '4K']);
  rmSync(file('server')); // it cannot become FILE.1
  for (const text of ['a', 'b', 'c', 'd', 'e']) {
    expect((await runClient([server.pid, text])).code).toBe(0);
  }
  expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null });
  expect(server.text.split('\n').slice(1, 6)).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(server.stderr).toMatch(/^minitalk-server: the recording has ended: ENOENT.*rename.*\n$/);
});

test.each([
  ['a folder that is not there', '/nowhere/file', /ENOENT.*\/nowhere\/file/],
  ['a device', '/dev/null', /\/dev\/null.*no regular file/],
  ['a folder', '/tmp', /EISDIR/],
])('%s is refused before anything begins', async (_, path, message) => {
  const server = new Process(join(root, 'server'), ['--record', path]);
  const { code } = await server.closed;
  expect(server.stderr).toMatch(message);
  expect(server.stderr).toMatch(/^[^\n]+\n$/);
  expect(server.text).toBe('');
  expect(code).toBe(74);
});

test('a FIFO that nobody reads is refused, too', async () => {
  const path = file('fifo');
  expect(await new Process('mkfifo', [path]).closed).toMatchObject({ code: 0 });
  const server = new Process(join(root, 'server'), ['--record', path]);
  expect((await server.closed).code).toBe(74);
  expect(server.stderr).toMatch(/EINVAL.*no regular file/);
});

test('two processes do not record into the same file; what was recorded is written over', async () => {
  const first = await startServer(['--record', file('server')]);
  const second = new Process(join(root, 'server'), ['--record', file('server')]);
  expect((await second.closed).code).toBe(74);
  expect(second.stderr).toMatch(
    new RegExp(`^minitalk-server: open EBUSY: .*process ${first.pid} does so now.*\\n$`),
  );
  await first.end('SIGTERM');
  const next = await startServer(['--record', file('server')]);
  await next.end('SIGTERM');
  expect((await readRecording(file('server'))).processes).toMatchObject([{ pid: next.pid }]);
});

test('record() records a service: one recording at a time, written also by a process that exits', async () => {
  const service = runScript(
    ({ record }: typeof import('../../lib/index.js'), path: string) => {
      const { watch } =
        require('./dist/signals/index.js') as typeof import('../../lib/signals/index.js');
      watch('SIGHUP').on('signal', () => process.exit(3));
      record(path);
      try {
        record(path);
      } catch (error) {
        const { code, syscall, message } = error as NodeJS.ErrnoException;
        process.stdout.write(`${code} ${syscall} ${message}\n`);
      }
      setInterval(() => {}, 1000);
    },
    [file('service')],
  );
  await service.until(({ text }) => text.endsWith('\n'));
  expect(service.text).toMatch(/^EBUSY \S+ .*being recorded already/);
  kill(service.pid, 'SIGHUP');
  expect(await service.closed).toMatchObject({ code: 3 });
  const { events } = await readRecording(file('service'));
  expect(events).toMatchObject([
    { is: 'signal', signal: 'SIGHUP', pid: process.pid },
    { is: 'end' },
  ]);
});

test('a file that is there is written over, and FILE.1 stays as it is until it is wanted', async () => {
  writeFileSync(file('server'), 'x'.repeat(10_000));
  writeFileSync(file('server.1'), 'another');
  const server = await startServer(['--record', file('server')]);
  await server.end('SIGTERM');
  expect(readFileSync(file('server'), 'latin1')).toMatch(
    /^\{"minitalk":"recording".*\n\{.*"end"\}\n$/,
  );
  expect(existsSync(file('server.1')) && readFileSync(file('server.1'), 'latin1')).toBe('another');
});

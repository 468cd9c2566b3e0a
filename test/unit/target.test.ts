// Whom a client may signal: a real process, and what a registration says of it.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileName } from '../../lib/minitalk/peer/registration.js';
import { openTarget } from '../../lib/minitalk/peer/target.js';
import { Kind, type Word } from '../../lib/minitalk/wire/word.js';
import { lookAtStartTime, pidNamespace } from '../../lib/signals/internal/proc.js';
import { openDescriptors } from '../support/own-process.js';
import { Process } from '../support/processes.js';
import { newRuntimeDirectory } from '../support/runtime-directory.js';
import { startVictim, tellVictim } from '../support/victim.js';

const fs = require('node:fs') as typeof import('node:fs');
const word: Word = { kind: Kind.wait, session: 1, message: 1 };
let runtime: string;
const raise = (code: string): never => {
  throw Object.assign(new Error(code), { code });
};
const coded = (code: string) => expect.objectContaining({ code });

beforeEach(() => {
  runtime = newRuntimeDirectory();
  mkdirSync(join(runtime, 'minitalk'), { mode: 0o700 });
});
afterEach(() => jest.restoreAllMocks());

/** A server of several threads; only what it is looked at for is true of it. */
async function threaded(): Promise<{ server: Process; thread: number }> {
  const script =
    'process.on("SIGUSR1", () => {}).on("SIGUSR2", () => {}); console.log("ready"); setInterval(() => {}, 1e9)';
  const server = new Process(process.execPath, ['-e', script]);
  await server.until(({ text }) => text.includes('ready'));
  const threads = readdirSync(`/proc/${server.pid}/task`).map(Number);
  return { server, thread: threads.find((id) => id !== server.pid) as number };
}

/** Registers it as a server; returns the file. */
function registered({ pid }: Process, entry: object = {}): string {
  const look = lookAtStartTime(pid);
  const startTime = look.is === 'seen' ? look.value : '';
  const namespace = pidNamespace();
  const path = join(runtime, 'minitalk', fileName(namespace, pid));
  const value = { pid, startTime, thread: pid, version: 1, namespace, maxMessage: 50, ...entry };
  writeFileSync(path, JSON.stringify(value));
  return path;
}

test('a server is told of as it registered, and pinned until it is closed', async () => {
  const { server, thread } = await threaded();
  registered(server, { thread });
  const descriptors = openDescriptors();
  const target = openTarget(server.pid, false);
  expect(target).toMatchObject({ thread, maxMessage: 50 });
  const status = fs.readFileSync(`/proc/${server.pid}/status`, 'latin1');
  expect(target.pendingLimit).toBe(Number(/^SigQ:\s*\d+\/(\d+)$/m.exec(status)?.[1]));
  expect(target.look()).toEqual({ is: 'catching' });
  expect(target.look(41)).toEqual({ is: 'deaf' });
  expect([10, 41].map((signo) => target.catches(signo))).toMatchObject([
    { value: true },
    { value: false },
  ]);
  expect(openDescriptors()).toBe(descriptors + 2);
  target.close();
  target.close();
  expect(openDescriptors()).toBe(descriptors);
});

describe('refused, and not pinned any more, is', () => {
  const refuses = (pid: number, code: string) => {
    const descriptors = openDescriptors();
    expect(() => openTarget(pid, false)).toThrow(coded(code));
    expect(openDescriptors()).toBe(descriptors);
  };

  test.each([[0], [-1], [1.5], [2 ** 22 + 1]])('the number %p', (pid) => {
    refuses(pid, 'ERR_INVALID_PID');
  });

  test('pid 1, which is no server', () => refuses(1, 'ERR_INVALID_PID'));

  test('this process', () => refuses(process.pid, 'ERR_INVALID_PID'));

  test('a pid that nobody has', () => refuses(2 ** 22 - 6, 'ESRCH'));

  test('one that ends while it is looked at', async () => {
    const server = await startVictim();
    registered(server);
    server.child.kill('SIGKILL');
    await server.closed;
    refuses(server.pid, 'ESRCH');
  });

  test('a zombie', async () => {
    const script = [
      ...['import os, signal', 'for s in (10, 12): signal.signal(s, lambda *_: None)'],
      ...['child = os.fork()', 'if child == 0: os._exit(0)'],
      'print("child", child, flush=True)',
      'signal.pause()',
    ];
    const parent = new Process('python3', ['-c', script.join('\n')]);
    await parent.until(({ text }) => /child \d+/.test(text));
    const pid = Number(/child (\d+)/.exec(parent.text)?.[1]);
    const isZombie = () => /^State:\s+Z/m.test(fs.readFileSync(`/proc/${pid}/status`, 'latin1'));
    while (!isZombie()) await new Promise(setImmediate);
    refuses(pid, 'ESRCH');
  });

  test('a thread', async () => {
    const { server, thread } = await threaded();
    registered(server);
    const descriptors = openDescriptors();
    expect(() => openTarget(thread, false)).toThrow(`a thread of process ${server.pid}`);
    expect(openDescriptors()).toBe(descriptors);
  });

  test.each([[10], [12], [28]])('one that catches only %p', async (signo) => {
    const other = await startVictim(signo);
    registered(other);
    refuses(other.pid, 'ERR_NOT_A_SERVER');
  });

  test('one that is not registered', async () => {
    const other = await startVictim();
    refuses(other.pid, 'ERR_NOT_A_SERVER');
  });

  test.each<[string, (path: unknown) => string]>([
    ['is none', () => raise('ENOENT')],
    ['is of another pid namespace', (path) => (path === '/proc/self' ? '1' : 'pid:[1]')],
  ])('any, where /proc %s', (_what, readlink) => {
    jest.spyOn(fs, 'readlinkSync').mockImplementation(readlink as typeof fs.readlinkSync);
    jest.spyOn(fs, 'readFileSync').mockImplementation(() => raise('ENOENT'));
    // Looked at once: so by a library that has not yet.
    jest.isolateModules(() => {
      const fresh =
        require('../../lib/minitalk/peer/target.js') as typeof import('../../lib/minitalk/peer/target.js');
      expect(() => fresh.openTarget(process.ppid, true)).toThrow(coded('ENOSYS'));
    });
  });
});

test('pid 1 is a server where it is registered', () => {
  registered({ pid: 1 } as Process);
  // It is looked at as any other: here it catches no SIGUSR1, or is not ours.
  expect(() => openTarget(1, false)).toThrow(
    expect.objectContaining({ code: expect.stringMatching(/ERR_NOT_A_SERVER|EPERM/) }),
  );
});

describe('force', () => {
  test('signals whom nobody knows', async () => {
    const other = await startVictim(12);
    const target = openTarget(other.pid, true);
    expect(target.maxMessage).toBeUndefined();
    expect(target.look()).toEqual({ is: 'catching' });
    expect(target.lookAtRegistration().is).toBe('seen');
    expect(target.tell(word)).toEqual({ is: 'sent' });
    await other.until(({ text }) => text.includes('caught'));
    other.child.kill('SIGKILL');
    await other.closed;
    expect(target.look()).toEqual({ is: 'gone' });
    target.close();
  });

  test('is the only way: without it each word is preceded by a look', async () => {
    const server = await startVictim();
    registered(server);
    const target = openTarget(server.pid, false);
    expect(target.tell(word)).toEqual({ is: 'sent' });
    await server.until(({ text }) => text.includes('caught'));
    await tellVictim(server, 'default');
    expect(target.look()).toEqual({ is: 'deaf' });
    expect(target.tell(word)).toEqual({ is: 'deaf' });
    target.close();
  });

  test('does not reach a process that is gone, or may not be signalled', () => {
    expect(() => openTarget(2 ** 22 - 6, true)).toThrow(coded('ESRCH'));
    expect(() => openTarget(process.pid, true)).toThrow(coded('ERR_INVALID_PID'));
  });
});

describe('its registration', () => {
  test('is looked for at the file that was read, and further only without it', async () => {
    const server = await startVictim();
    const path = registered(server);
    const target = openTarget(server.pid, false);
    const read = jest.spyOn(fs, 'readFileSync');
    expect(target.lookAtRegistration().is).toBe('seen');
    expect(read).not.toHaveBeenCalled(); // that would need a descriptor
    read.mockRestore();
    rmSync(path);
    expect(target.lookAtRegistration().is).toBe('gone');
    // It may stand in another directory by now.
    runtime = newRuntimeDirectory();
    mkdirSync(join(runtime, 'minitalk'), { mode: 0o700 });
    registered(server);
    expect(target.lookAtRegistration().is).toBe('seen');
    target.close();
  });
});

describe('its lanes', () => {
  test('are those that its registration tells now, in their order', async () => {
    const server = await startVictim();
    registered(server);
    const target = openTarget(server.pid, false);
    expect(target.lanes(2)).toBeUndefined();
    registered(server, { lanes: [13, 11, 12] });
    expect(target.lanes(3)).toEqual([13, 11, 12]);
    expect(target.lanes(2)).toEqual([13, 11]);
    registered(server, { lanes: [] });
    expect(target.lanes(2)).toBeUndefined();
    target.close();
  });

  test('are not known where fewer are told than asked for', async () => {
    const server = await startVictim();
    registered(server, { lanes: [11, 12] });
    const target = openTarget(server.pid, false);
    expect(target.lanes(3)).toBeUndefined();
    target.close();
  });

  test('are not known where the registration is gone, or cannot be read', async () => {
    const server = await startVictim();
    const path = registered(server, { lanes: [11, 12] });
    const target = openTarget(server.pid, false);
    const shortage = jest.spyOn(fs, 'openSync').mockImplementation(() => {
      throw Object.assign(new Error('EMFILE'), { code: 'EMFILE', errno: -constants.errno.EMFILE });
    });
    expect(target.lanes(2)).toBeUndefined();
    shortage.mockRestore();
    expect(target.lanes(2)).toEqual([11, 12]);
    rmSync(path);
    expect(target.lanes(2)).toBeUndefined();
    target.close();
  });
});

describe('whether it may answer: a server', () => {
  /** What /proc says of the uids of these two from now on: real, effective, saved. */
  const uids = (server: number, of: Record<number, string>) => {
    const read = fs.readFileSync;
    jest.spyOn(fs, 'readFileSync').mockImplementation((...args) => {
      const text = read(...args);
      const pid = Number(/^\/proc\/(\d+)\/status$/.exec(String(args[0]))?.[1]);
      const told = of[pid];
      return typeof text === 'string' && told !== undefined && [server, process.pid].includes(pid)
        ? text.replace(/^Uid:.*$/m, `Uid:\t${told}`)
        : text;
    });
  };
  const of = (uid: number) => Array(4).fill(uid).join('\t');
  const real = '1000\t2000\t2000\t2000';
  const effective = '2000\t1000\t2000\t2000';
  const saved = '2000\t2000\t1000\t2000';

  test.each([
    ['of our user may', of(1000), of(1000), true],
    ['of our user, by its real uid, may', real, of(1000), true],
    ['of our user, by its effective uid, may', effective, of(1000), true],
    ['of our user, by its saved uid, may not', saved, of(1000), false],
    ['of our real uid may', of(1000), real, true],
    ['of our saved uid may', of(1000), saved, true],
    ['of our effective uid may not', of(1000), effective, false],
    ['of root may', of(0), of(1000), true],
    ['of another user may not', of(2000), of(1000), false],
  ])('%s', async (_who, theirs, ours, may) => {
    const server = await startVictim();
    registered(server);
    uids(server.pid, { [server.pid]: theirs, [process.pid]: ours });
    // Its registration is looked for by its own uid: not what this is about.
    const open = () => openTarget(server.pid, true).close();
    if (may) expect(open).not.toThrow();
    else expect(open).toThrow(coded('EPERM'));
  });
});

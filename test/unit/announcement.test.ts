import { EventEmitter } from 'node:events';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { register } from '../../lib/minitalk/peer/announcement.js';
import { fileName, findRegistration } from '../../lib/minitalk/peer/registration.js';
import { pidNamespace } from '../../lib/signals/internal/proc.js';
import { newRuntimeDirectory } from '../support/runtime-directory.js';

let directory: string;
beforeEach(() => {
  directory = newRuntimeDirectory();
});

// A Worker can be terminated between any two lines: who cleans up for it knows the paths by then.
test('the paths are told before the files are there, whenever they are written', async () => {
  const told: { paths: readonly string[]; areThere: boolean[] }[] = [];
  const { takeBack } = register(process.pid, {
    name: undefined,
    maxMessage: 1,
    onFiles: (paths) => told.push({ paths, areThere: paths.map(existsSync) }),
  });
  const [path = '', draft = ''] = told[0]?.paths ?? [];
  expect([existsSync(path), existsSync(draft)]).toEqual([true, false]);
  rmSync(path);
  while (!existsSync(path)) await new Promise((resolve) => setTimeout(resolve, 5));
  takeBack();
  expect(existsSync(path)).toBe(false);
  const written = { paths: [path, draft], areThere: [false, false] };
  expect(told).toEqual([written, written, { paths: [], areThere: [] }]);
});

test('what cannot become a registration leaves no draft', () => {
  let path = '';
  const announced = {
    name: undefined,
    maxMessage: 1,
    onFiles([first = '']: readonly string[]) {
      path = first;
      if (path !== '') mkdirSync(path); // in the file's way
    },
  };
  expect(() => register(process.pid, announced)).toThrow(/EISDIR|EEXIST|ENOTEMPTY/);
  expect(readdirSync(dirname(path))).toEqual([basename(path)]);
  rmSync(path, { recursive: true });
});

const fs = require('node:fs') as typeof import('node:fs');

/** Announces this process; the paths that were told, each time. */
function announce(name?: string, thread = process.pid) {
  const told: string[][] = [];
  const { tellLanes, takeBack } = register(thread, {
    name,
    maxMessage: 7,
    onFiles: (paths) => told.push([...paths]),
  });
  return { told, path: told[0]?.[0] as string, tellLanes, takeBack };
}

const own = () => findRegistration(process.pid, process.getuid?.() as number);
const ownLanes = () => {
  const look = own();
  return look.is === 'seen' ? look.value.lanes : look.is;
};

test('what is announced is found, and believed', () => {
  const { takeBack } = announce('me');
  const value = { pid: process.pid, thread: process.pid, maxMessage: 7, name: 'me' };
  expect(own()).toMatchObject({ is: 'seen', value });
  takeBack();
  expect(own().is).toBe('gone');
});

test('the threads of its lanes are told while there are some, and nothing else changes', () => {
  const { path, told, tellLanes, takeBack } = announce('me');
  expect(ownLanes()).toBeUndefined();
  expect(tellLanes([11, 12, 13])).toBe(true);
  const value = { pid: process.pid, thread: process.pid, maxMessage: 7, name: 'me' };
  expect(own()).toMatchObject({ is: 'seen', value: { ...value, lanes: [11, 12, 13] } });
  expect(tellLanes([])).toBe(true);
  expect(own()).toMatchObject({ is: 'seen', value: { ...value, lanes: [] } });
  expect(new Set(told.map(([written]) => written))).toEqual(new Set([path]));
  takeBack();
  expect(existsSync(path)).toBe(false);
});

test('it says which thread takes the signals', () => {
  const other = readdirSync('/proc/self/task')
    .map(Number)
    .find((id) => id !== process.pid);
  const { path, takeBack } = announce(undefined, other);
  expect(JSON.parse(readFileSync(path, 'utf8')).thread).toBe(other);
  takeBack();
});

test('its directory and its file are private', () => {
  rmSync(join(directory, 'minitalk'), { recursive: true, force: true });
  const { path, takeBack } = announce();
  expect(lstatSync(path).mode & 0o777).toBe(0o600);
  expect(lstatSync(dirname(path)).mode & 0o777).toBe(0o700);
  expect(dirname(path)).toBe(join(directory, 'minitalk'));
  takeBack();
});

test('a directory that others may use is not used', () => {
  const open = join(directory, 'minitalk');
  mkdirSync(open, { recursive: true });
  chmodSync(open, 0o755);
  const { path, takeBack } = announce();
  expect(dirname(path)).not.toBe(open);
  takeBack();
  chmodSync(open, 0o700);
});

test('no reader sees a part of it', () => {
  const write = jest.spyOn(fs, 'writeFileSync');
  const { told, path, takeBack } = announce();
  expect(write.mock.calls.map(([to]) => to)).toEqual([told[0]?.[1]]);
  expect(told[0]?.[1]).not.toBe(path);
  write.mockRestore();
  takeBack();
});

test('what servers left that have ended is removed', () => {
  const { path, takeBack } = announce();
  const stale = join(dirname(path), fileName(pidNamespace(), 2 ** 22 - 5));
  writeFileSync(stale, '{}');
  takeBack();
  const next = announce();
  expect(readdirSync(dirname(path))).toEqual([basename(path)]);
  next.takeBack();
});

test('a name that a server has is refused', () => {
  const { takeBack } = announce('taken');
  expect(() => announce('taken')).toThrow(expect.objectContaining({ code: 'EEXIST' }));
  takeBack();
});

test('it goes with the process, and leaves no listener when it is taken back', () => {
  const before = process.listeners('exit');
  const { path, takeBack } = announce();
  const [atExit] = process.listeners('exit').filter((listener) => !before.includes(listener));
  (atExit as () => void)();
  expect(existsSync(path)).toBe(false);
  takeBack();
  expect(process.listeners('exit')).toEqual(before);
});

describe('a file that was cleaned away', () => {
  /** What inotify would say of each file that is followed. */
  class Watch extends EventEmitter {
    isClosed = false;
    constructor(readonly changed: () => void) {
      super();
    }
    close() {
      this.isClosed = true;
    }
  }
  let watches: Watch[];
  let whenWatched: () => void;

  beforeEach(() => {
    jest.useFakeTimers();
    watches = [];
    whenWatched = () => {};
    jest.spyOn(fs, 'watch').mockImplementation(((
      _path: string,
      options: object,
      changed: () => void,
    ) => {
      expect(options).toEqual({ persistent: false });
      whenWatched();
      const watch = new Watch(changed);
      watches.push(watch);
      return watch;
    }) as unknown as typeof fs.watch);
  });
  afterEach(() => {
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  test('is put back when the kernel tells, and followed again', () => {
    const { path, told, takeBack } = announce();
    rmSync(path);
    watches[0]?.changed();
    expect(existsSync(path)).toBe(true);
    expect(watches.map(({ isClosed }) => isClosed)).toEqual([true, false]);
    rmSync(path);
    watches[1]?.changed();
    expect(existsSync(path)).toBe(true);
    expect(told).toHaveLength(3);
    takeBack();
    expect(watches.map(({ isClosed }) => isClosed)).toEqual([true, true, true]);
    expect(existsSync(path)).toBe(false);
    expect(jest.getTimerCount()).toBe(0);
  });

  test('is put back with its lanes, and followed again where they were told', () => {
    const { path, tellLanes, takeBack } = announce();
    tellLanes([11, 12]);
    expect(watches.map(({ isClosed }) => isClosed)).toEqual([true, false]);
    rmSync(path);
    watches[1]?.changed();
    expect(ownLanes()).toEqual([11, 12]);
    takeBack();
    expect(watches.map(({ isClosed }) => isClosed)).toEqual([true, true, true]);
  });

  test('is put back without the lanes that could not be told', () => {
    const { path, tellLanes, takeBack } = announce();
    const full = jest.spyOn(fs, 'writeFileSync').mockImplementation(() => {
      throw new Error('no room');
    });
    expect(tellLanes([11, 12])).toBe(false);
    full.mockRestore();
    expect(ownLanes()).toBeUndefined();
    expect(watches.map(({ isClosed }) => isClosed)).toEqual([false]); // still followed
    rmSync(path);
    watches[0]?.changed();
    expect(ownLanes()).toEqual([]);
    takeBack();
  });

  test('and is there, is not written again', () => {
    const { told, takeBack } = announce();
    watches[0]?.changed();
    expect(told).toHaveLength(1);
    takeBack();
  });

  test('may still be there where nobody can look', () => {
    const { told, path, takeBack } = announce();
    const real = fs.lstatSync as (of: string) => unknown;
    const look = jest.spyOn(fs, 'lstatSync').mockImplementation(((of: string) => {
      if (of === path) throw Object.assign(new Error(), { code: 'EACCES' });
      return real(of);
    }) as never);
    watches[0]?.changed();
    expect(told).toHaveLength(1);
    look.mockRestore();
    takeBack();
  });

  test('and cannot be put back is put back later', () => {
    const { path, takeBack } = announce();
    rmSync(path);
    const full = jest.spyOn(fs, 'writeFileSync').mockImplementation(() => {
      throw new Error('no room');
    });
    watches[0]?.changed();
    full.mockRestore();
    expect(existsSync(path)).toBe(false);
    jest.advanceTimersByTime(10_000);
    expect(existsSync(path)).toBe(true);
    takeBack();
    expect(jest.getTimerCount()).toBe(0);
  });

  test('before it was followed is put back, too', async () => {
    let path = '';
    whenWatched = () => {
      whenWatched = () => {};
      path = readdirSync(join(directory, 'minitalk')).map((name) =>
        join(directory, 'minitalk', name),
      )[0] as string;
      rmSync(path);
    };
    const { takeBack } = announce();
    expect(existsSync(path)).toBe(false);
    await jest.advanceTimersByTimeAsync(0);
    expect(existsSync(path)).toBe(true);
    takeBack();
  });

  test.each(['from the beginning', 'from now on'])(
    'is looked for every 10 s where the kernel tells nothing %s, and keeps no process alive',
    (since) => {
      if (since === 'from the beginning') {
        whenWatched = () => {
          throw new Error('max_user_instances');
        };
      }
      const intervals = jest.spyOn(globalThis, 'setInterval');
      const { path, takeBack } = announce();
      watches[0]?.emit('error', new Error('inotify is gone'));
      rmSync(path);
      jest.advanceTimersByTime(9999);
      expect(existsSync(path)).toBe(false);
      jest.advanceTimersByTime(1);
      expect(existsSync(path)).toBe(true);
      for (const { value } of intervals.mock.results) expect(value.hasRef()).toBe(false);
      takeBack();
      expect([existsSync(path), jest.getTimerCount()]).toEqual([false, 0]);
    },
  );
});

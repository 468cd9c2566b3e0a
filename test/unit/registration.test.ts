// What is believed of the files in which servers leave word of themselves.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  type Dirent,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { binding } from '../../lib/binding/minitalk.js';
import {
  assertName,
  directories,
  draftOf,
  type Entry,
  fileName,
  findRegistration,
  listRegistrations,
  lookAtPrivate,
  staleFiles,
} from '../../lib/minitalk/peer/registration.js';
import { listServers } from '../../lib/minitalk/peer/running-servers.js';
import { MAX_LANES } from '../../lib/minitalk/wire/place.js';
import { lookAtStartTime, pidNamespace } from '../../lib/signals/internal/proc.js';
import { newRuntimeDirectory } from '../support/runtime-directory.js';

const fs = require('node:fs') as typeof import('node:fs');
const uid = process.getuid?.() as number;
const NOBODY = 65_534;
const asRoot = uid === 0 ? test : test.skip;
let runtime: string;
let directory: string;

beforeEach(() => {
  runtime = newRuntimeDirectory();
  directory = join(runtime, 'minitalk');
  mkdirSync(directory, { mode: 0o700 });
});
afterEach(() => jest.restoreAllMocks());

function startTimeOf(pid: number): string {
  const look = lookAtStartTime(pid);
  if (look.is !== 'seen') throw new Error(`no process ${pid}`);
  return look.value;
}

const own = (): Entry => ({
  pid: process.pid,
  startTime: startTimeOf(process.pid),
  thread: binding.currentThread(),
  version: 1,
  maxMessage: 100,
  namespace: pidNamespace(),
});

/** Writes a file as a server of this pid does, with what is said here besides. */
function put(changes: object = {}, name = fileName(pidNamespace(), process.pid)): string {
  const path = join(directory, name);
  writeFileSync(path, JSON.stringify({ ...own(), ...changes }));
  return path;
}

const find = () => findRegistration(process.pid, uid);
const listed = () => listRegistrations(uid).filter(({ pid }) => pid === process.pid);

test('a living server is found, and listed', () => {
  put({ name: 'here' });
  expect(find()).toMatchObject({ is: 'seen', value: { ...own(), name: 'here' } });
  expect(listed()).toMatchObject([{ ...own(), name: 'here' }]);
  const ageMs = expect.any(Number);
  expect(listServers()).toContainEqual({
    pid: process.pid,
    name: 'here',
    uid,
    ageMs,
    maxMessage: 100,
  });
  put({ maxMessage: undefined });
  expect(listServers().find(({ pid }) => pid === process.pid)).toStrictEqual({
    pid: process.pid,
    uid,
    ageMs,
  });
});

test.each<[string, object]>([
  ['of another process of that pid, before', { startTime: '1' }],
  ['of another pid namespace', { namespace: '1' }],
  ['of a thread that is gone', { thread: 2 ** 22 - 1 }],
  ["of another process's thread", { thread: process.ppid }],
  ['without a pid', { pid: undefined }],
  ['without a start time', { startTime: 1 }],
  ['without a namespace', { namespace: undefined }],
  ['without a thread', { thread: String(process.pid) }],
  ['whose longest message is no number', { maxMessage: '100' }],
  ['whose lanes are no list', { lanes: 64 }],
  ['whose lanes are no numbers', { lanes: [1000, '1001'] }],
  ['whose lanes are no threads', { lanes: [1000, 1001.5] }],
  ['one of whose lanes would be init', { lanes: [1000, 1] }],
  ['one of whose lanes would be anybody', { lanes: [0, 1000] }],
])('a registration is not believed: %s', (_what, changes) => {
  put(changes);
  expect(find().is).toBe('gone');
  expect(listed()).toEqual([]);
});

test("a registration is not believed: of another process's pid", () => {
  put({ pid: process.ppid, thread: process.ppid, startTime: startTimeOf(process.ppid) });
  expect(find().is).toBe('gone');
});

test('what is no JSON is no registration', () => {
  writeFileSync(join(directory, fileName(pidNamespace(), process.pid)), '{"pid":');
  expect(find().is).toBe('gone');
  expect(listed()).toEqual([]);
});

const NAMED = fileName(pidNamespace(), process.pid);
test.each<[string, (path: string) => void]>([
  ['a directory', (path) => mkdirSync(path)],
  ['a FIFO, which would let us wait', (path) => execFileSync('mkfifo', [path])],
  ['a link, which could lead anywhere', (path) => symlinkSync(put({}, 'elsewhere'), path)],
  ['a file longer than servers write', () => put({ name: 'x'.repeat(4096) })],
])('no registration: %s of that name', (_what, make) => {
  const path = join(directory, NAMED);
  make(path);
  expect(find().is).toBe('gone');
  expect(listed()).toEqual([]);
  // A server leaves alone there what no server has made.
  const stale = staleFiles(join(directory, 'another'));
  expect(stale).toEqual(lstatSync(path).isFile() ? [path] : []);
});

test('the threads of all lanes have room in a registration, behind the longest name', () => {
  const lanes = Array.from({ length: MAX_LANES }, (_, i) => 2 ** 22 - 1 - i);
  put({ name: 'x'.repeat(64), lanes });
  expect(find()).toMatchObject({ is: 'seen', value: { lanes } });
});

test('a server need not tell its longest message', () => {
  put({ maxMessage: undefined });
  expect(find().is).toBe('seen');
});

test.each([
  ['of another name', `other-${process.pid}.json`],
  ['that is a draft', `.${process.pid}.json.draft`],
])('a file %s is none of ours', (_what, name) => {
  put({}, name);
  expect(listed()).toEqual([]);
});

test('a registration says whether its file is still there', () => {
  const path = put();
  const found = find();
  if (found.is !== 'seen') throw new Error(found.is);
  expect(found.value.look()).toMatchObject({ is: 'seen', value: { pid: process.pid } });
  rmSync(path);
  expect(found.value.look().is).toBe('gone');
});

describe('a directory is believed only', () => {
  const isUsable = () => {
    put();
    const look = lookAtPrivate(directory, uid).is;
    expect(find().is).toBe(look);
    expect(listed()).toHaveLength(look === 'seen' ? 1 : 0);
    return look === 'seen';
  };

  test('where nobody else may read or write it', () => {
    expect(isUsable()).toBe(true);
    for (const mode of [0o710, 0o704, 0o720, 0o702, 0o755]) {
      chmodSync(directory, mode);
      expect(isUsable()).toBe(false);
    }
  });

  asRoot('where it is ours', () => {
    chownSync(directory, NOBODY, NOBODY);
    expect(isUsable()).toBe(false);
  });

  test('where it is itself that, not a link to one', () => {
    const elsewhere = mkdtempSync(join(runtime, 'elsewhere-'));
    rmSync(directory, { recursive: true });
    symlinkSync(elsewhere, directory);
    expect(isUsable()).toBe(false);
  });

  test('where it is a directory', () => {
    const file = join(runtime, 'file');
    writeFileSync(file, '', { mode: 0o600 });
    expect(lookAtPrivate(file, uid).is).toBe('gone');
    expect(lookAtPrivate(join(file, 'below'), uid).is).toBe('gone');
  });
});

test('directories are those of the user, the runtime directory first, each once', () => {
  const others = [`/run/user/${uid}/minitalk`, `/tmp/minitalk-${uid}`];
  expect(directories(uid).slice(0, 3)).toEqual([directory, ...others]);
  process.env['XDG_RUNTIME_DIR'] = 'not/absolute';
  expect(directories(uid).slice(0, 2)).toEqual(others);
  const os = require('node:os') as typeof import('node:os');
  const temporary = jest.spyOn(os, 'tmpdir').mockReturnValue(runtime);
  expect(directories(uid)).toEqual([...others, join(runtime, `minitalk-${uid}`)]);
  temporary.mockRestore();
  // Another user's runtime directory is not ours.
  process.env['XDG_RUNTIME_DIR'] = runtime;
  expect(directories(NOBODY)).not.toContain(directory);
});

test('files of servers that ended are stale, and drafts of their processes; nothing else', () => {
  const path = put();
  const dead = 2 ** 22 - 2;
  const stale = put({ pid: dead }, fileName(pidNamespace(), dead));
  const draft = draftOf(join(directory, fileName(pidNamespace(), dead)));
  writeFileSync(draft, '');
  writeFileSync(draftOf(path), ''); // its process lives, and may be about to rename it
  put({ pid: dead, namespace: '1' }, fileName('1', dead)); // nobody here can say that
  writeFileSync(join(directory, 'notes.txt'), '');
  expect(staleFiles(path).sort()).toEqual([draft, stale].sort());
  expect(lstatSync(path).isFile()).toBe(true);
  expect(readFileSync(draftOf(path), 'utf8')).toBe('');
});

test.each(['a', 'A-1._x', 'x'.repeat(64)])('%s is a name', (name) => {
  expect(() => assertName(name)).not.toThrow();
});
test.each(['', '-a', '.a', '_a', 'a b', 'a/b', 'ä', 'x'.repeat(65), 'a\n'])(
  '%j is no name',
  (name) => {
    expect(() => assertName(name)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_NAME' }));
  },
);

test('servers are listed by pid, in whatever order they are found', () => {
  put();
  const parent = { pid: process.ppid, thread: process.ppid, startTime: startTimeOf(process.ppid) };
  put(parent, fileName(pidNamespace(), process.ppid));
  const both = [process.pid, process.ppid].sort((a, b) => a - b);
  const read = fs.readdirSync as (path: string, options: object) => Dirent[];
  for (const order of [1, -1]) {
    jest
      .spyOn(fs, 'readdirSync')
      .mockImplementation(((path: string, options: object) =>
        read(path, options).sort((a, b) =>
          a.name < b.name ? -order : order,
        )) as unknown as typeof fs.readdirSync);
    const pids = listRegistrations(uid).map(({ pid }) => pid);
    expect(pids.filter((pid) => both.includes(pid))).toEqual(both);
    jest.restoreAllMocks();
  }
});

describe('who could not look has not found nothing', () => {
  /** From now on this call fails for what begins with the path. */
  const fails = (
    call: 'openSync' | 'readFileSync' | 'readdirSync' | 'lstatSync',
    path: string,
    code: keyof typeof constants.errno,
  ) => {
    const real = fs[call] as (...args: unknown[]) => unknown;
    jest.spyOn(fs, call).mockImplementation(((...args: unknown[]) => {
      if (String(args[0]).startsWith(path)) {
        const errno = -constants.errno[code];
        throw Object.assign(new Error(code), { code, errno, syscall: 'open' });
      }
      return real(...args);
    }) as never);
  };

  test('in a directory', () => {
    fails('lstatSync', directory, 'EIO');
    expect(find().is).toBe('unknown');
    expect(() => listRegistrations(uid)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^(EIO|ERR_SYSTEM)$/) }),
    );
  });

  test('in a file', () => {
    const path = put();
    fails('openSync', path, 'EMFILE');
    expect(find().is).toBe('unknown');
  });

  test('at the thread: the server may be there', () => {
    put();
    fails('readFileSync', `/proc/${process.pid}/status`, 'EMFILE');
    expect(find().is).toBe('seen');
  });

  test('at what may be stale: it stays', () => {
    const path = put();
    const stale = put({ pid: 2 ** 22 - 2 }, fileName(pidNamespace(), 2 ** 22 - 2));
    expect(staleFiles(path)).toEqual([stale]);
    fails('openSync', stale, 'EMFILE');
    expect(staleFiles(path)).toEqual([]);
  });

  test('in a directory that is not there, or that we may not enter: it has none of ours', () => {
    fails('readdirSync', directory, 'ENOENT');
    expect(listed()).toEqual([]);
    fails('lstatSync', directory, 'EACCES');
    expect(lookAtPrivate(directory, uid).is).toBe('gone');
    // Another user's may well be there.
    expect(lookAtPrivate(directory, NOBODY).is).toBe('unknown');
  });
});

// The parent's side of an end: its status, and what the out-of-memory killer did meanwhile.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { childExit } from '../../lib/signals/child-exit.js';
import { oomFileOf } from '../../lib/signals/internal/oom-kills.js';
import { removeCgroup } from '../support/cgroup.js';
import { Process } from '../support/processes.js';

test('an exit and a signal are told as waitpid(2) tells them', async () => {
  const exited = new Process('sh', ['-c', 'exit 7']);
  expect(await childExit(exited.child)).toMatchObject({ pid: exited.pid, code: 7, signal: null });
  const killed = new Process('sleep', ['60']);
  const exit = childExit(killed.child);
  process.kill(killed.pid, 'SIGKILL');
  expect(await exit).toMatchObject({ pid: killed.pid, code: null, signal: 'SIGKILL' });
  expect(Object.isFrozen(await exit)).toBe(true);
});

test('who has ended already is told at once, without a count', async () => {
  const ended = new Process('sh', ['-c', 'exit 3']);
  await ended.closed;
  expect(await childExit(ended.child)).toEqual({
    pid: ended.pid,
    code: 3,
    signal: null,
    oomKills: undefined,
  });
});

test('what does not start is an error of spawn', async () => {
  await expect(childExit(spawn('/no/such'))).rejects.toMatchObject({ code: 'ENOENT' });
});

/** A memory cgroup below our own that has 16 MiB; undefined: we may make none. */
function makeCgroup(): string | undefined {
  const file = oomFileOf(readFileSync('/proc/self/cgroup', 'utf8'));
  if (file === undefined) return undefined;
  const folder = join(dirname(file), `minitalk-test-${process.pid}`);
  try {
    mkdirSync(folder);
    const limit = file.endsWith('memory.events') ? 'memory.max' : 'memory.limit_in_bytes';
    writeFileSync(join(folder, limit), String(16 * 2 ** 20), { flag: 'r+' });
    return folder;
  } catch {
    try {
      rmdirSync(folder);
    } catch {
      // It was not made.
    }
    return undefined;
  }
}

const cgroup = makeCgroup();
afterAll(async () => {
  if (cgroup !== undefined) await removeCgroup(cgroup);
});

(cgroup === undefined ? test.skip : test)(
  'an out-of-memory kill is counted, and of a kill by somebody else none is',
  async () => {
    const inCgroup = async (then: string) => {
      const child = new Process(
        'sh',
        ['-c', `echo $$ > ${cgroup}/cgroup.procs; echo ready; read go; exec ${then}`],
        { stdin: 'pipe' },
      );
      await child.until(({ text }) => text.includes('ready'));
      return child;
    };
    const greedy = await inCgroup('python3 -c "bytearray(2 ** 30)"');
    const exit = childExit(greedy.child);
    greedy.child.stdin?.write('\n');
    expect(await exit).toMatchObject({ code: null, signal: 'SIGKILL', oomKills: 1 });
    const modest = await inCgroup('sleep 60');
    const other = childExit(modest.child);
    process.kill(modest.pid, 'SIGKILL');
    expect(await other).toMatchObject({ code: null, signal: 'SIGKILL', oomKills: 0 });
  },
);

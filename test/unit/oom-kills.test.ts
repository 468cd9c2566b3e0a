// Where the count of out-of-memory kills stands, and what it says.
import fs from 'node:fs';
import { countOomKills, oomFileOf, oomKillsIn } from '../../lib/signals/internal/oom-kills.js';

test.each([
  ['0::/system.slice/a.service\n', '/sys/fs/cgroup/system.slice/a.service/memory.events'],
  ['0::/\n', '/sys/fs/cgroup//memory.events'],
  ['4:cpu,memory:/a:b\n0::/c\n', '/sys/fs/cgroup/memory/a:b/memory.oom_control'],
  ['4:memory,cpu:/a\n', '/sys/fs/cgroup/memory/a/memory.oom_control'],
  ['4:memory_not:/a\n1:name=memory:/b\n', undefined],
  ['', undefined],
])('%j', (groups, file) => {
  expect(oomFileOf(groups)).toBe(file);
});

test.each([
  ['low 0\nhigh 0\nmax 7\noom 3\noom_kill 2\noom_group_kill 1\n', 2],
  ['oom_kill_disable 0\nunder_oom 0\noom_kill 4\n', 4],
  ['oom_kill_disable 0\nunder_oom 0\n', undefined],
  ['', undefined],
])('%j', (events, count) => {
  expect(oomKillsIn(events)).toBe(count);
});

test('kills are counted from the call on, as long as the file is there', () => {
  const says = ['0::/a\n', 'oom_kill 2\n', 'oom_kill 5\n'];
  const read = jest.spyOn(fs, 'readFileSync').mockImplementation(() => {
    const next = says.shift();
    if (next === undefined) throw new Error('gone');
    return next;
  });
  try {
    const count = countOomKills(7);
    expect(count()).toBe(3);
    expect(count()).toBeUndefined();
    expect(read.mock.calls.map(([path]) => path)).toEqual([
      '/proc/7/cgroup',
      ...Array(3).fill('/sys/fs/cgroup/a/memory.events'),
    ]);
  } finally {
    read.mockRestore();
  }
});

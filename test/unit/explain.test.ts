// The line about a signal claims no more than the kernel vouches for.
import { explain } from '../../lib/signals/explain.js';
import type { SignalInfo } from '../../lib/signals/info.js';
import { unmappedUid } from '../../lib/signals/internal/unmapped-uid.js';
import type { SignalSender } from '../../lib/signals/sender.js';

function line(info: Partial<SignalInfo>): string {
  const base = { signal: 'SIGTERM', number: 15, code: 'SI_USER', pid: 7, uid: 1000, value: 0n };
  return explain({ ...base, ...info } as SignalInfo);
}

function sender(parts: Partial<SignalSender>): SignalSender {
  const base = { name: 'sh', commandLine: [], parent: undefined };
  const place = { cgroup: undefined, unit: undefined, container: undefined, sharesCgroup: false };
  return { ...base, ...place, startTime: 0n, age: 0, takenAt: 0n, ...parts };
}

test('a process that the kernel vouches for is attested', () => {
  expect(line({ origin: 'process' })).toBe('SIGTERM from pid 7 uid 1000, attested');
});

test('its name, parent and cgroup follow where they are known', () => {
  const origin = 'process';
  expect(line({ origin, sender: sender({}) })).toBe('SIGTERM from pid 7 (sh) uid 1000, attested');
  expect(line({ origin, sender: sender({ parent: { pid: 5, name: undefined } }) })).toBe(
    'SIGTERM from pid 7 (sh) uid 1000, attested, parent 5',
  );
  expect(
    line({ origin, sender: sender({ parent: { pid: 5, name: 'init' }, cgroup: '/user' }) }),
  ).toBe('SIGTERM from pid 7 (sh) uid 1000, attested, parent 5 (init), cgroup /user');
});

test('its program is told by its executable and what it runs, in 80 characters', () => {
  const program = (name: string, ...commandLine: string[]) =>
    / \((.*)\) uid 1000,/.exec(
      line({ origin: 'process', sender: sender({ name, commandLine }) }),
    )?.[1];
  expect(program('node', '/usr/bin/node', 'server.js')).toBe('node server.js');
  expect(program('pkill', 'pkill', '-f', 'node')).toBe('pkill -f node');
  expect(program('dash', '/bin/sh', '-c', 'true 1')).toBe('dash: sh -c true 1');
  expect(program('python3.11', 'python3', 'a b')).toBe('python3.11 a b');
  expect(program('bash', '-bash')).toBe('bash');
  expect(program('kworker/0:1')).toBe('kworker/0:1');
  expect(program('nginx', 'nginx: worker of /etc/nginx', '', '')).toBe(
    'nginx: worker of /etc/nginx',
  );
  expect(program('node', 'npm run a/b', '', '')).toBe('node: npm run a/b');
  expect(program('a b', '/x/a b', '-')).toBe('a b -');
  expect(program('true', 'true', '', 'x')).toBe('true  x');
  expect(program('x', '/')).toBe('x: /');
  expect(program('x', '-')).toBe('x: -');
  const most = 'x'.repeat(76);
  expect(program('ls', 'ls', `${most}x`)).toBe(`ls ${most}x`);
  expect(program('ls', 'ls', `${most}xy`)).toBe(`ls ${most}x…`);
  expect(program('ls', 'ls', '😀'.repeat(100))).toBe(`ls ${'😀'.repeat(77)}…`);
});

test('who it is to this process is said, and since when', () => {
  const of = (info: Partial<SignalInfo>) =>
    line({ origin: 'process', ...info }).slice('SIGTERM from pid 7 uid 1000, attested'.length);
  expect(of({ relation: 'self' })).toBe(', this process itself');
  expect(of({ relation: 'parent' })).toBe(", this process's parent");
  expect(of({ relation: 'init' })).toBe(', init');
  expect(of({ relation: 'ancestor' })).toBe(', an ancestor of this process');
  expect(of({ relation: 'sibling' })).toBe(', a sibling of this process');
  expect(of({ relation: 'unrelated' })).toBe(', unrelated');
  expect(of({ relation: 'descendant' })).toBe(', a descendant of this process');
  const child = sender({ age: 12_090, parent: { pid: process.pid, name: 'node' } });
  expect(line({ origin: 'process', relation: 'descendant', sender: child })).toContain(
    'attested, started by this process 12.0 s ago, parent ',
  );
  const grandchild = sender({ age: 950, parent: { pid: 1, name: 'init' } });
  expect(line({ origin: 'process', relation: 'descendant', sender: grandchild })).toContain(
    'attested, a descendant of this process, started 0.9 s ago, parent ',
  );
});

test('where it runs is told by its container, else its unit, else its cgroup', () => {
  const place = (parts: Partial<SignalSender>) =>
    line({ origin: 'process', sender: sender(parts) }).split('attested')[1];
  const cgroup = '/a/b';
  expect(place({ cgroup })).toBe(', cgroup /a/b');
  expect(place({ cgroup, sharesCgroup: true })).toBe(', cgroup /a/b (ours)');
  expect(place({ cgroup, unit: 'a\n.service' })).toBe(', unit a?.service');
  const container = '0123456789abcdef';
  expect(place({ cgroup, unit: 'a.scope', container, sharesCgroup: true })).toBe(
    ', container 0123456789ab (ours)',
  );
});

test('a claim is called one, with its value and who has that pid now', () => {
  const claim = { origin: 'claimed', code: 'SI_QUEUE', value: 9n } as const;
  const text = 'SIGTERM from a sender that claims pid 7 uid 1000, not attested (SI_QUEUE), value 9';
  expect(line(claim)).toBe(text);
  expect(line({ ...claim, sender: sender({ name: 'node' }) })).toBe(`${text}; that pid is (node)`);
  expect(line({ ...claim, relation: 'sibling', sender: sender({ name: 'node' }) })).toBe(
    `${text}; that pid is (node), a sibling of this process`,
  );
});

test('the kernel, a child, a timer and an unknown sender are told apart', () => {
  expect(line({ origin: 'kernel', code: 'SI_KERNEL' })).toBe('SIGTERM from the kernel (SI_KERNEL)');
  expect(line({ origin: 'child' })).toBe('SIGTERM about child 7');
  expect(line({ origin: 'timer', code: 'SI_TIMER' })).toBe(
    'SIGTERM from a timer, not attested (SI_TIMER)',
  );
  expect(line({ origin: 'unknown' })).toMatch(/^SIGTERM from an unknown sender: outside/);
});

test('the uid of users that this namespace does not map is called that', () => {
  const uid = unmappedUid ?? 65_534;
  const isOne = unmappedUid !== undefined;
  expect(line({ origin: 'process', uid })).toBe(
    `SIGTERM from pid 7 uid ${uid}${isOne ? ' (not mapped here)' : ''}, attested`,
  );
});

test('what another process chose neither ends the line nor moves the cursor', () => {
  const bad = 'a\nb\u001b[2Jc\u007fd\u009be\ufffd';
  const good = 'a?b?[2Jc?d?e?';
  const told = sender({ name: bad, parent: { pid: 5, name: bad }, cgroup: bad });
  expect(line({ origin: 'process', sender: told })).toBe(
    `SIGTERM from pid 7 (${good}) uid 1000, attested, parent 5 (${good}), cgroup ${good}`,
  );
  expect(line({ origin: 'claimed', sender: told })).toContain(`that pid is (${good})`);
});

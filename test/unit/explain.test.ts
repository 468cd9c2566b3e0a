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
  const base = { name: 'sh', commandLine: [], parent: undefined, cgroup: undefined };
  return { ...base, startTime: 0n, takenAt: 0n, ...parts };
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

test('a claim is called one, with its value and who has that pid now', () => {
  const claim = { origin: 'claimed', code: 'SI_QUEUE', value: 9n } as const;
  const text = 'SIGTERM from a sender that claims pid 7 uid 1000, not attested (SI_QUEUE), value 9';
  expect(line(claim)).toBe(text);
  expect(line({ ...claim, sender: sender({ name: 'node' }) })).toBe(`${text}; that pid is (node)`);
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

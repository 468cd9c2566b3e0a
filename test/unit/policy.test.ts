// What a policy's options become, and which are refused.
import { nativePolicy, type SenderPolicy } from '../../lib/signals/policy.js';

test('without options only the attested pass, and others are as if nobody watched', () => {
  expect(nativePolicy({})).toEqual({
    uids: new Uint32Array(),
    pids: new Int32Array(),
    attestedOnly: true,
    refusesOthers: false,
  });
});

test('a list of uids or pids alone believes no claim of them', () => {
  expect(nativePolicy({ uids: [0] }).attestedOnly).toBe(true);
  expect(nativePolicy({ pids: [7] }).attestedOnly).toBe(true);
});

test('each option is passed on', () => {
  const policy = { uids: [0, 2 ** 32 - 2], pids: [1, 2 ** 31 - 1], attested: false } as const;
  expect(nativePolicy({ ...policy, others: 'refuse' })).toEqual({
    uids: Uint32Array.from(policy.uids),
    pids: Int32Array.from(policy.pids),
    attestedOnly: false,
    refusesOthers: true,
  });
  expect(nativePolicy({ others: 'pass' }).refusesOthers).toBe(false);
});

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

test('32 entries of each are taken', () => {
  const { uids, pids } = nativePolicy({ uids: numbers(32), pids: numbers(32) });
  expect([uids.length, pids.length]).toEqual([32, 32]);
});

test.each<[string, object]>([
  ['from.uids', { uids: numbers(33) }],
  ['from.uids', { uids: [-1] }],
  ['from.uids', { uids: [2 ** 32 - 1] }],
  ['from.uids', { uids: [1, 1.5] }],
  ['from.uids', { uids: 7 }],
  ['from.pids', { pids: numbers(33) }],
  ['from.pids', { pids: [0] }],
  ['from.pids', { pids: [2 ** 31] }],
  ['from.pids', { pids: ['1'] }],
  ['from.others', { others: 'drop' }],
])('an invalid %s is refused and named: %j', (name, policy) => {
  expect(() => nativePolicy(policy as SenderPolicy)).toThrow(
    expect.objectContaining({
      code: 'ERR_INVALID_ARG_VALUE',
      message: expect.stringContaining(`invalid ${name} `),
    }),
  );
});

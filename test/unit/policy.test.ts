// What a policy's options become, and which are refused.
import { binding } from '../../lib/binding/signals.js';
import type { SenderRelation } from '../../lib/signals/info.js';
import { nativePolicy, type SenderPolicy } from '../../lib/signals/policy.js';

const NOBODY = { uids: new Uint32Array(), pids: new Int32Array(), relations: 0 };

test('without options only the attested pass, and others are as if nobody watched', () => {
  expect(nativePolicy({})).toEqual({
    only: NOBODY,
    never: NOBODY,
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
    only: { uids: Uint32Array.from(policy.uids), pids: Int32Array.from(policy.pids), relations: 0 },
    never: NOBODY,
    attestedOnly: false,
    refusesOthers: true,
  });
  expect(nativePolicy({ others: 'pass' }).refusesOthers).toBe(false);
});

test('who is excepted is passed on apart', () => {
  const { only, never } = nativePolicy({ pids: [2], not: { uids: [3], pids: [4] } });
  expect(only).toEqual({ ...NOBODY, pids: Int32Array.of(2) });
  expect(never).toEqual({ ...NOBODY, uids: Uint32Array.of(3), pids: Int32Array.of(4) });
});

test('relations are passed on as bits, in the order of their names', () => {
  const bits = (relations: readonly SenderRelation[]) => nativePolicy({ relations }).only.relations;
  expect(binding.relations.map((each) => bits([each as SenderRelation]))).toEqual(
    binding.relations.map((_, i) => 2 ** i),
  );
  expect(bits(['self', 'parent', 'self'])).toBe(3);
  expect(nativePolicy({ not: { relations: ['init'] } }).never.relations).toBe(4);
});

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

test('32 entries of each are taken', () => {
  const { uids, pids } = nativePolicy({ uids: numbers(32), pids: numbers(32) }).only;
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
  ['from.relations', { relations: ['cousin'] }],
  ['from.relations', { relations: 'parent' }],
  ['from.not.uids', { not: { uids: [-1] } }],
  ['from.not.pids', { not: { pids: [0] } }],
  ['from.not.relations', { not: { relations: [''] } }],
])('an invalid %s is refused and named: %j', (name, policy) => {
  expect(() => nativePolicy(policy as SenderPolicy)).toThrow(
    expect.objectContaining({
      code: 'ERR_INVALID_ARG_VALUE',
      message: expect.stringContaining(`invalid ${name} `),
    }),
  );
});

import { createTurns } from '../../lib/minitalk/server/turns.js';

test('those who wait come in the order in which they came', () => {
  const turns = createTurns<string>();
  for (const party of ['a', 'b', 'c']) turns.add(party);
  expect(turns.waiting).toBe(3);
  expect([turns.next(), turns.next(), turns.next(), turns.next()]).toEqual([
    'a',
    'b',
    'c',
    undefined,
  ]);
});

test('one that is dropped has no turn; nobody else loses his', () => {
  const turns = createTurns<string>();
  for (const party of ['a', 'b', 'c']) turns.add(party);
  turns.drop('b');
  turns.drop('stranger');
  expect([turns.next(), turns.next(), turns.waiting]).toEqual(['a', 'c', 0]);
});

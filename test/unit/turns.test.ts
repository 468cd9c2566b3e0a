import { createTurns } from '../../lib/minitalk/server/turns.js';

const anyone = () => true;

test('those who wait come in the order in which they came', () => {
  const turns = createTurns<string>();
  for (const party of ['a', 'b', 'c']) turns.add(party);
  expect(turns.waiting).toBe(3);
  expect([turns.next(anyone), turns.next(anyone), turns.next(anyone), turns.next(anyone)]).toEqual([
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
  expect([turns.next(anyone), turns.next(anyone), turns.waiting]).toEqual(['a', 'c', 0]);
});

test('who may not have its turn yet keeps its place, and others go on', () => {
  const turns = createTurns<string>();
  for (const party of ['a', 'b', 'c']) turns.add(party);
  const others = [turns.next((party) => party !== 'a'), turns.next((party) => party !== 'a')];
  expect(others).toEqual(['b', 'c']);
  expect([turns.next(() => false), turns.waiting]).toEqual([undefined, 1]);
  expect(turns.next(anyone)).toBe('a');
});

test('when all are cleared nobody waits', () => {
  const turns = createTurns<string>();
  for (const party of ['a', 'b']) turns.add(party);
  turns.clear();
  expect([turns.waiting, turns.next(anyone)]).toEqual([0, undefined]);
});

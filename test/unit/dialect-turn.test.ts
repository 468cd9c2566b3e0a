import { createTurn } from '../../lib/dialects/server/turn.js';

test('the first that wants the turn has it, the others have it in their order', () => {
  const turn = createTurn<string>();
  expect(['a', 'b', 'c', 'b', 'a'].map(turn.want)).toEqual([true, false, false, false, true]);
  expect(turn.holder).toBe('a');
  expect(turn.leave('a')).toBe('b');
  expect(turn.want('a')).toBe(false);
  expect(turn.leave('b')).toBe('c');
  expect(turn.leave('c')).toBe('a');
  expect(turn.leave('a')).toBeUndefined();
  expect(turn.holder).toBeUndefined();
});

test('who leaves the queue is passed over, and who holds the turn keeps it', () => {
  const turn = createTurn<string>();
  for (const client of ['a', 'b', 'c']) turn.want(client);
  expect(turn.leave('b')).toBeUndefined();
  expect(turn.holder).toBe('a');
  expect(turn.leave('a')).toBe('c');
});

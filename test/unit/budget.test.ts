import { createBudget } from '../../lib/minitalk/server/budget.js';
import { IncomingMessage } from '../../lib/minitalk/server/incoming.js';

const MIB = 2 ** 20;
const message = (bytes: number) => new IncomingMessage(1, bytes, 'bit');

test('four messages of the greatest length have room, and not a byte more', () => {
  const budget = createBudget(MIB);
  const longest = [1, 2, 3, 4].map(() => message(MIB));
  expect(longest.map(budget.admit)).toEqual([true, true, true, true]);
  expect(budget.admit(message(1))).toBe(false);
});

test('there is room for 1 MiB, however short the longest message is', () => {
  const budget = createBudget(10);
  expect(budget.admit(message(MIB))).toBe(true);
  expect(budget.admit(message(1))).toBe(false);
});

test('a message counts once, however often it is admitted or dropped', () => {
  const budget = createBudget(10);
  const [half, other] = [message(MIB / 2), message(MIB / 2)];
  expect([half, half, other].map(budget.admit)).toEqual([true, true, true]);
  budget.drop(half);
  budget.drop(half);
  expect(budget.admit(message(MIB / 2))).toBe(true);
  expect(budget.admit(message(1))).toBe(false);
});

test('one that was not admitted holds nothing', () => {
  const budget = createBudget(10);
  const big = message(MIB + 1);
  expect(budget.admit(big)).toBe(false);
  budget.drop(big);
  expect(budget.admit(message(MIB))).toBe(true);
});

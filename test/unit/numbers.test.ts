import { createNumbers } from '../../lib/minitalk/client/numbers.js';
import { randomSession } from '../../lib/minitalk/peer/random.js';

/** Random numbers that are these, one after another, then 1 for ever. */
function drawn(...numbers: number[]): () => number {
  return () => numbers.shift() ?? 1;
}

test('two conversations with one server never have the same number, whatever is drawn', () => {
  const numbers = createNumbers(() => 1);
  const nonces = Array.from({ length: 256 }, () => numbers.newNonce(7));
  expect(new Set(nonces).size).toBe(256);
});

test('a nonce is no session that a conversation with that server has', () => {
  const numbers = createNumbers(drawn(5, 5));
  expect(numbers.claim(7, 5)).toBe(true);
  expect(numbers.newNonce(7)).not.toBe(5);
});

test('with another server it may be', () => {
  const numbers = createNumbers(drawn(5, 5));
  expect(numbers.newNonce(7)).toBe(5);
  expect(numbers.newNonce(8)).toBe(5);
});

test('a session with the number of another conversation is not believed', () => {
  const numbers = createNumbers(drawn(5));
  expect(numbers.newNonce(7)).toBe(5);
  expect(numbers.claim(7, 5)).toBe(false);
  expect(numbers.claim(7, 6)).toBe(true);
  expect(numbers.claim(7, 6)).toBe(false);
  numbers.release(7, 6);
  expect(numbers.claim(7, 6)).toBe(true);
});

test('a number of an ended conversation is not used again soon', () => {
  const numbers = createNumbers(drawn(5, 5, 6));
  numbers.release(7, numbers.newNonce(7));
  expect(numbers.newNonce(7)).toBe(6);
});

test('where the drawn number is used the next one is taken, and after the largest 1', () => {
  const largest = 2 ** 20 - 1;
  const numbers = createNumbers(drawn(largest - 1, largest - 1, largest - 1));
  const nonces = [1, 2, 3].map(() => numbers.newNonce(7));
  expect(nonces).toEqual([largest - 1, largest, 1]);
});

test('the last 4,096 numbers of ended conversations are kept from use, and no more', () => {
  const numbers = createNumbers(() => 1);
  const release = (from: number, to: number) => {
    for (let number = from; number <= to; number += 1) numbers.release(7, number);
  };
  release(1, 4096);
  numbers.release(7, 1); // again: it is the last now
  expect(numbers.newNonce(7)).toBe(4097);
  numbers.release(7, 4097); // so that 2 is the first to be forgotten
  expect(numbers.newNonce(7)).toBe(2);
});

test('a number is 1 to 2^20 - 1', () => {
  const random = jest.spyOn(Math, 'random');
  random.mockReturnValueOnce(0).mockReturnValueOnce(1 - 2 ** -53);
  expect([randomSession(), randomSession()]).toEqual([1, 2 ** 20 - 1]);
  random.mockRestore();
});

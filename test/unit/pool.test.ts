import { createPool } from '../../lib/minitalk/peer/pool.js';

interface Thing {
  readonly name: string;
  isStale: boolean;
  ends: number;
}

function newPool() {
  const made: Thing[] = [];
  const pool = createPool<string, Thing>({
    isStale: (thing) => thing.isStale,
    end: (thing) => {
      thing.ends += 1;
    },
  });
  const lease = (key: string) =>
    pool(key, () => {
      const thing = { name: key, isStale: false, ends: 0 };
      made.push(thing);
      return thing;
    });
  return { lease, made };
}

test('what several hold is made once, and ends with the last of them', () => {
  const { lease, made } = newPool();
  const [first, second] = [lease('a'), lease('a')];
  expect(second.value).toBe(first.value);
  first.release();
  expect(made.map(({ ends }) => ends)).toEqual([0]);
  second.release();
  expect(made.map(({ ends }) => ends)).toEqual([1]);
});

test('giving back twice gives back once', () => {
  const { lease, made } = newPool();
  const [first, second] = [lease('a'), lease('a')];
  first.release();
  first.release();
  expect(made[0]?.ends).toBe(0);
  second.release();
  expect(made[0]?.ends).toBe(1);
});

test('each key has its own, and one that ended is made anew', () => {
  const { lease, made } = newPool();
  lease('a').release();
  const again = lease('a');
  const other = lease('b');
  expect(made.map(({ name }) => name)).toEqual(['a', 'a', 'b']);
  expect(made.map(({ ends }) => ends)).toEqual([1, 0, 0]);
  again.release();
  other.release();
});

test('a stale one stays with its holders, and its end does not touch its successor', () => {
  const { lease, made } = newPool();
  const old = lease('a');
  old.value.isStale = true;
  const successor = lease('a');
  expect(successor.value).not.toBe(old.value);
  old.release();
  expect(made.map(({ ends }) => ends)).toEqual([1, 0]);
  const beside = lease('a');
  expect(beside.value).toBe(successor.value);
  successor.release();
  expect(made[1]?.ends).toBe(0);
  beside.release();
  expect(made[1]?.ends).toBe(1);
});

test('what cannot be made leaves nothing', () => {
  const { lease } = newPool();
  const pool = createPool<string, Thing>({ isStale: () => false, end: () => {} });
  expect(() =>
    pool('a', () => {
      throw new Error('no descriptor');
    }),
  ).toThrow('no descriptor');
  lease('a').release();
});

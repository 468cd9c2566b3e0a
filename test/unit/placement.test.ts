import { createPlacement, TRIAL_MS } from '../../lib/minitalk/server/placement.js';

const LOOK_MS = 20;

/** Sends for `ms` at the rates (signals in a ms) of sharing and of not sharing a CPU; returns how long each way was used. */
function send(
  placement: ReturnType<typeof createPlacement>,
  ms: number,
  rates: { shared: number; free: number },
) {
  const used = { shared: 0, free: 0 };
  let count = 0;
  let shares = placement.begin('bit', 0);
  for (let now = 0; now < ms; ) {
    const step = placement.isTrying ? TRIAL_MS : LOOK_MS;
    now += step;
    used[shares ? 'shared' : 'free'] += step;
    count += step * (shares ? rates.shared : rates.free);
    shares = placement.look(count, now);
  }
  placement.end(count, ms);
  return { ...used, shares };
}

test('a shared CPU that is faster stays shared, and the trials cost little', () => {
  const { shares, free } = send(createPlacement(), 10_000, { shared: 100, free: 15 });
  expect(shares).toBe(true);
  expect(free).toBeGreaterThan(0);
  expect(free).toBeLessThan(10_000 * 0.01);
});

test('a shared CPU that is slower is let go after the first trial', () => {
  const { shares, shared } = send(createPlacement(), 10_000, { shared: 15, free: 100 });
  expect(shares).toBe(false);
  expect(shared).toBeLessThan(300);
});

test('when the faster way becomes the slower one it is left again', () => {
  const placement = createPlacement();
  expect(send(placement, 30_000, { shared: 100, free: 50 }).shares).toBe(true);
  expect(send(placement, 1_000, { shared: 20, free: 50 }).shares).toBe(false);
  expect(send(placement, 30_000, { shared: 100, free: 50 }).shares).toBe(true);
});

test('a way that is hardly faster is not changed to', () => {
  expect(send(createPlacement(), 10_000, { shared: 100, free: 105 }).shares).toBe(true);
});

test('each mode is measured for itself', () => {
  const placement = createPlacement();
  expect(send(placement, 1_000, { shared: 15, free: 100 }).shares).toBe(false);
  expect(placement.begin('word', 0)).toBe(true);
  expect(placement.begin('bit', 0)).toBe(false);
});

test('a client that rests is no reason to change', () => {
  const placement = createPlacement();
  placement.begin('bit', 0);
  expect(placement.look(2000, 20)).toBe(true);
  for (let now = 40; now < 60_000; now += LOOK_MS) expect(placement.look(2000, now)).toBe(true);
});

test('a trial that the end of the frame cuts short decides nothing', () => {
  const placement = createPlacement();
  expect(placement.begin('bit', 0)).toBe(true);
  expect(placement.look(20_000, 200)).toBe(false);
  placement.end(20_001, 201);
  expect(placement.begin('bit', 300)).toBe(true);
});

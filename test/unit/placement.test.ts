import { createPlacement, TRIAL_MS, type Way } from '../../lib/minitalk/server/placement.js';

const LOOK_MS = 20;
const bit: Way = { mode: 'bit', byLanes: false };
const lanes: Way = { mode: 'bit', byLanes: true };

/** Sends for `ms` at the rates (signals in a ms) of sharing and of not sharing a CPU; returns how long each way was used. */
function send(
  placement: ReturnType<typeof createPlacement>,
  ms: number,
  rates: { shared: number; free: number },
  way = bit,
) {
  const used = { shared: 0, free: 0 };
  let count = 0;
  let shares = placement.begin(way, 0);
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
  expect(placement.begin({ ...bit, mode: 'word' }, 0)).toBe(true);
  expect(placement.begin(bit, 0)).toBe(false);
});

test('by lanes is measured for itself', () => {
  const placement = createPlacement();
  expect(send(placement, 1_000, { shared: 15, free: 100 }).shares).toBe(false);
  expect(placement.begin(lanes, 0)).toBe(true);
  expect(send(placement, 1_000, { shared: 15, free: 100 }, lanes).shares).toBe(false);
  expect(placement.begin(lanes, 0)).toBe(false);
});

test('by lanes both ends stay together unless apart is 1.5 times as fast', () => {
  expect(send(createPlacement(), 10_000, { shared: 100, free: 145 }, lanes).shares).toBe(true);
  expect(send(createPlacement(), 10_000, { shared: 100, free: 155 }, lanes).shares).toBe(false);
});

test('by lanes both ends come together again where that has 0.75 of the speed', () => {
  const apart = () => {
    const placement = createPlacement();
    expect(send(placement, 300, { shared: 10, free: 100 }, lanes).shares).toBe(false);
    return placement;
  };
  expect(send(apart(), 10_000, { shared: 70, free: 100 }, lanes).shares).toBe(false);
  expect(send(apart(), 10_000, { shared: 80, free: 100 }, lanes).shares).toBe(true);
});

test('a client that rests is no reason to change', () => {
  const placement = createPlacement();
  placement.begin(bit, 0);
  expect(placement.look(2000, 20)).toBe(true);
  for (let now = 40; now < 60_000; now += LOOK_MS) expect(placement.look(2000, now)).toBe(true);
});

test('a trial that the end of the frame cuts short decides nothing', () => {
  const placement = createPlacement();
  expect(placement.begin(bit, 0)).toBe(true);
  expect(placement.look(20_000, 200)).toBe(false);
  placement.end(20_001, 201);
  expect(placement.begin(bit, 300)).toBe(true);
});

test('a moment in which little comes is no reason to change', () => {
  const placement = createPlacement();
  placement.begin(bit, 0);
  for (let now = 20; now <= 180; now += LOOK_MS) expect(placement.look(100 * now, now)).toBe(true);
  expect(placement.look(18_100, 200)).toBe(false); // 5 a ms: the client rested
  expect(placement.look(18_100 + TRIAL_MS * 80, 200 + TRIAL_MS)).toBe(true); // the mean is above 80
});

/** When the other way is tried, while the rates stay as they are, in ms of sending. */
function trialsIn(ms: number, rate: (now: number) => number): number[] {
  const placement = createPlacement();
  const trials: number[] = [];
  let count = 0;
  let shares = placement.begin(bit, 0);
  for (let now = 0; now < ms; ) {
    const step = placement.isTrying ? TRIAL_MS : LOOK_MS;
    now += step;
    count += step * (shares ? rate(now) : 1);
    shares = placement.look(count, now);
    if (placement.isTrying) trials.push(now);
  }
  return trials;
}

test('trials come after 200 ms, then half as often each time, down to one in 12.8 s', () => {
  const trials = trialsIn(60_000, () => 100);
  const gaps = trials.map((at, i) => at - (trials[i - 1] ?? 0));
  const wanted = [200, 400, 800, 1600, 3200, 6400, 12_800, 12_800, 12_800];
  expect(gaps).toHaveLength(wanted.length);
  for (const [i, gap] of gaps.entries())
    expect(Math.abs(gap - (wanted[i] as number))).toBeLessThan(30);
});

test('a rate that has halved brings them, and counts from there on', () => {
  // Half of it stays: that is no reason to try again and again.
  const trials = trialsIn(60_000, (now) => (now < 30_000 ? 100 : 40));
  const after = trials.filter((at) => at > 30_000);
  expect(after[0]).toBeLessThan(30_200); // the mean tells, which takes a while
  const gaps = after.slice(1).map((at, i) => at - (after[i] as number));
  for (const [i, gap] of gaps.slice(0, 5).entries()) {
    expect(Math.abs(gap - 200 * 2 ** (i + 1))).toBeLessThan(30);
  }
});

test('a frame that goes on behind what was kept is measured from there', () => {
  const placement = createPlacement();
  placement.begin(bit, 0, 0);
  placement.look(20_000, 200); // 100 in a ms; now the other way is tried
  placement.look(20_100, 204); // and is slower: the next trial comes after 400 ms
  placement.begin(bit, 300, 50_000);
  let count = 50_000;
  for (let now = 320; now < 620; now += LOOK_MS) {
    count += 2000;
    // As if 52,000 had come in 20 ms at first: half of that would be a loss, and a reason to try.
    expect(placement.look(count, now)).toBe(true);
  }
});

test("a frame's end is measured as a look is, unless it comes at once after one", () => {
  const placement = createPlacement();
  placement.begin(bit, 0);
  placement.end(20_000, 200); // all of it in one frame
  // 200 ms of sending are over: the next frame begins as ever, and its first look tries.
  placement.begin(bit, 300);
  expect(placement.look(100, 301)).toBe(false);
  const other = createPlacement();
  other.begin(bit, 0);
  other.look(19_700, 197);
  other.end(19_700 + 300, 200); // 3 ms say little
  other.begin(bit, 300);
  expect(other.look(100, 301)).toBe(true);
});

test('a trial ends with its frame', () => {
  const placement = createPlacement();
  placement.begin(bit, 0);
  expect(placement.look(20_000, 200)).toBe(false);
  expect(placement.isTrying).toBe(true);
  placement.end(20_001, 201);
  expect(placement.isTrying).toBe(false);
});

// To which CPU a client calls lanes. Time is the test's, and so is where it runs.
import { binding } from '../../lib/binding/minitalk.js';
import { createLanesCpu } from '../../lib/minitalk/client/lanes-cpu.js';

const LANES = 48;
const SHORT = 8 * LANES;

let own: number;
beforeEach(() => {
  jest.useFakeTimers();
  own = 1;
  jest.spyOn(binding, 'holdableCpu').mockImplementation(() => own);
});
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

test('a short frame calls them to where they were called before', () => {
  const lanesCpu = createLanesCpu();
  expect(lanesCpu(SHORT, LANES)).toBe(1);
  own = 0;
  expect(lanesCpu(SHORT, LANES)).toBe(1);
  jest.advanceTimersByTime(999);
  expect(lanesCpu(SHORT, LANES)).toBe(1);
  jest.advanceTimersByTime(999);
  expect(lanesCpu(SHORT, LANES)).toBe(1);
});

test('after a second they are called to where the client runs', () => {
  const lanesCpu = createLanesCpu();
  lanesCpu(SHORT, LANES);
  own = 0;
  jest.advanceTimersByTime(1000);
  expect(lanesCpu(SHORT, LANES)).toBe(0);
});

test('a long frame calls them to where the client runs', () => {
  const lanesCpu = createLanesCpu();
  lanesCpu(SHORT, LANES);
  own = 0;
  expect(lanesCpu(SHORT + 1, LANES)).toBe(0);
  own = 1;
  expect(lanesCpu(SHORT, LANES)).toBe(0);
});

test('who could not be held anywhere looks again', () => {
  const lanesCpu = createLanesCpu();
  own = -1;
  expect(lanesCpu(SHORT, LANES)).toBe(-1);
  own = 0;
  expect(lanesCpu(SHORT, LANES)).toBe(0);
});

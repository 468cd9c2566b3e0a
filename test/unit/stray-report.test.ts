import { strayReport } from '../../lib/cli/printers/stray-report.js';
import type { SignalInfo } from '../../lib/signals/info.js';

const stray = (pid: number, attested = false) =>
  ({ origin: 'process', pid, uid: 0, attested }) as SignalInfo;
const unknown = { origin: 'unknown', pid: 0, uid: -1, attested: false } as SignalInfo;

test('strays of ever new pids end in one line for all that are too many', () => {
  const lines: string[] = [];
  const report = strayReport((line) => lines.push(line));
  for (let pid = 2; pid < 1002; pid += 1) report.add(stray(pid));
  report.add(stray(2));
  report.flush();
  expect(lines).toHaveLength(17);
  expect(lines[0]).toBe('2 stray signals from pid 2 (uid 0, not attested)');
  expect(lines[16]).toBe('984 stray signals from others');
});

describe('in time', () => {
  let lines: string[];
  let report: ReturnType<typeof strayReport>;

  beforeEach(() => {
    jest.useFakeTimers();
    lines = [];
    report = strayReport((line) => lines.push(line));
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  test('strays are reported a second after the first, a line for each sender', () => {
    report.add(stray(2));
    jest.advanceTimersByTime(900);
    for (const each of [stray(2), stray(3, true), unknown, unknown]) report.add(each);
    jest.advanceTimersByTime(99);
    expect(lines).toEqual([]);
    jest.advanceTimersByTime(1);
    const told = [
      '2 stray signals from pid 2 (uid 0, not attested)',
      '1 stray signal from pid 3 (uid 0)',
      '2 stray signals from an unknown sender',
    ];
    expect(lines).toEqual(told);
    jest.advanceTimersByTime(10_000);
    expect(lines).toEqual(told);
  });

  test('the next second counts anew, and has room for all senders again', () => {
    for (let pid = 2; pid < 30; pid += 1) report.add(stray(pid));
    jest.advanceTimersByTime(1000);
    lines.length = 0;
    report.add(stray(30));
    report.add(stray(2));
    jest.advanceTimersByTime(999);
    expect(lines).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(lines).toEqual([
      '1 stray signal from pid 30 (uid 0, not attested)',
      '1 stray signal from pid 2 (uid 0, not attested)',
    ]);
  });

  test('a report that is due keeps no process alive, and one that was asked for is not made twice', () => {
    const timeout = jest.spyOn(global, 'setTimeout');
    report.add(stray(2));
    const timers: NodeJS.Timeout[] = timeout.mock.results.map(({ value }) => value);
    expect(timers.map((timer) => timer.hasRef())).toEqual([false]);
    report.flush();
    expect(jest.getTimerCount()).toBe(0);
    report.flush();
    expect(lines).toHaveLength(1);
  });
});

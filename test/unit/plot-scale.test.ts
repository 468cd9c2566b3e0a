// From times to places: what is cut, where ticks are, how times are written.
import fc from 'fast-check';
import { parseMoment } from '../../lib/cli/arguments/values.js';
import { axis, findBreaks, roundStep, ticks } from '../../lib/plot/scale.js';
import { argument, duration, moment } from '../../lib/plot/time.js';

const busy = (from: number) => Array.from({ length: 50 }, (_, i) => from + i * 10);

test('a long pause between two busy times is cut', () => {
  expect(findBreaks([...busy(0), ...busy(1e9)])).toEqual([{ from: 490, to: 1e9 }]);
});

test('pauses that are alike are all cut', () => {
  const times = [0, 1e6, 2e6, 3e6].flatMap(busy);
  expect(findBreaks(times)).toHaveLength(3);
});

test('where events are few, or evenly apart, nothing is cut', () => {
  expect(findBreaks([0, 1, 1000, 1001])).toEqual([]);
  expect(findBreaks(Array.from({ length: 100 }, (_, i) => i * 1e9))).toEqual([]);
  expect(findBreaks([])).toEqual([]);
});

test('a break takes little room, and times beside it have theirs', () => {
  const along = axis(0, 1e9 + 490, [{ from: 490, to: 1e9 }]);
  expect(along.place(490)).toBeCloseTo(0.48, 1);
  expect(along.place(1e9)).toBeCloseTo(0.52, 1);
  expect(along.breaks).toHaveLength(1);
});

const span = fc
  .tuple(fc.nat(1e12), fc.integer({ min: 1, max: 1e12 }))
  .map(([from, length]) => [from, from + length] as const);

test('places grow with times, from 0 to 1, and lead back to them', () => {
  fc.assert(
    fc.property(span, fc.array(fc.nat(1e12), { maxLength: 40 }), ([from, to], times) => {
      const within = times.map((time) => from + (time % (to - from))).sort((a, b) => a - b);
      const along = axis(from, to, findBreaks([from, ...within, to]));
      expect(along.place(from)).toBeCloseTo(0, 9);
      expect(along.place(to)).toBeCloseTo(1, 9);
      let last = 0;
      for (const time of within) {
        const place = along.place(time);
        expect(place).toBeGreaterThanOrEqual(last - 1e-12);
        expect(Math.abs(along.time(place) - time)).toBeLessThan((to - from) * 1e-6 + 1e-3);
        last = place;
      }
    }),
  );
});

test('ticks are at round times, apart, and never in a break', () => {
  fc.assert(
    fc.property(span, fc.constantFrom(0.05, 0.1, 0.3), ([from, to], room) => {
      const along = axis(from, to);
      const found = ticks(along, room);
      expect(found.length).toBeLessThanOrEqual(1 / (room * 0.9) + 1);
      for (const { at, step } of found) {
        expect(at).toBeGreaterThanOrEqual(from);
        expect(at).toBeLessThanOrEqual(Math.max(to, from + 1));
        expect(step).toBe(roundStep(step));
      }
    }),
  );
  const broken = axis(0, 1e9 + 490, [{ from: 490, to: 1e9 }]);
  const [pause] = broken.breaks;
  for (const { at } of ticks(broken, 0.1)) {
    expect(at <= (pause?.from ?? 0) || at >= (pause?.to ?? 0)).toBe(true);
  }
});

test('times are written with the unit that fits, and no more digits than tell them apart', () => {
  expect([950, 45_200, 45_200_000, 3e9, 0].map(duration)).toEqual([
    '950 ns',
    '45.2 µs',
    '45.2 ms',
    '3 s',
    '0 ns',
  ]);
  expect(moment(3_200_420_000, 20_000, 4e9)).toBe('3.20042 s');
  expect(moment(3_200_000, 200_000, 4e6)).toBe('3.2 ms');
  expect(argument(285_512_000, 100_000)).toBe('285.5ms');
  expect(argument(12_000, 1000)).toBe('12us');
});

test('a time that a picture names is one that the command line takes', () => {
  fc.assert(
    fc.property(fc.nat(1e13), fc.integer({ min: 0, max: 9 }), (time, power) => {
      const step = 10 ** power;
      const given = parseMoment(argument(time, step));
      expect(Math.abs(given - time)).toBeLessThanOrEqual(step);
    }),
  );
});

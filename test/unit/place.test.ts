// What GRANT says in 12 bits of where its data are taken.
import fc from 'fast-check';
import {
  ANYWHERE,
  byLanes,
  decodePlace,
  encodePlace,
  MAX_LANES,
  onCpu,
  type Place,
} from '../../lib/minitalk/wire/place.js';

const places: fc.Arbitrary<Place> = fc.oneof(
  fc.constant(ANYWHERE),
  fc.integer({ min: 0, max: 3839 }).map(onCpu),
  fc
    .record({ lanes: fc.integer({ min: 2, max: MAX_LANES }), together: fc.boolean() })
    .map(({ lanes, together }) => byLanes(lanes, together)),
);

test('every place survives the way through 12 bits', () => {
  fc.assert(
    fc.property(places, (place) => {
      const number = encodePlace(place);
      expect(number & 0xfff).toBe(number);
      expect(decodePlace(number)).toEqual(place);
    }),
    { numRuns: 1000 },
  );
});

test('a CPU is its number, 4095 is none', () => {
  expect([onCpu(0), onCpu(3839), ANYWHERE].map(encodePlace)).toEqual([0, 3839, 4095]);
});

test('lanes are 3840 and their number, and 128 more where they go to the client', () => {
  expect([byLanes(2, false), byLanes(64, false)].map(encodePlace)).toEqual([3842, 3904]);
  expect([byLanes(2, true), byLanes(64, true)].map(encodePlace)).toEqual([3970, 4032]);
});

test('a CPU whose number would say lanes is not named', () => {
  for (const cpu of [-1, 3840, 3842, 4032, 4095, 4096]) expect(onCpu(cpu)).toEqual(ANYWHERE);
});

test('the number of a place is its own; any other is anywhere', () => {
  for (let number = 0; number < 4096; number += 1) {
    const place = decodePlace(number);
    if (encodePlace(place) !== number) expect(place).toEqual(ANYWHERE);
  }
  for (const none of [3840, 3841, 3905, 3967, 3968, 3969, 4033, 4094]) {
    expect(decodePlace(none)).toEqual(ANYWHERE);
  }
});

import { binding } from '../../lib/binding/minitalk.js';
import {
  assertWish,
  type DataOffer,
  type DataWish,
  planData,
} from '../../lib/minitalk/client/data-plan.js';
import { SignalError } from '../../lib/signals/errors.js';
import { GONE, seen } from '../../lib/signals/internal/look.js';

const SIGNAL = 41;
const largest = binding.largestPayload();

/** A server that catches its burst signal, unless told otherwise. */
const offered = (offer: Partial<DataOffer> = {}): DataOffer => ({
  pid: 5,
  burstSignal: SIGNAL,
  pendingLimit: 1000,
  catches: () => seen(true),
  ...offer,
});
const wish = (mode: DataWish['mode'], payload?: 64 | 192): DataWish => ({ mode, payload });

test('a burst goes only to a server that catches the signal at this moment', () => {
  const looks: number[] = [];
  const deaf = offered({
    catches(signo) {
      looks.push(signo);
      return seen(false);
    },
  });
  expect(() => planData(wish('burst'), 1000, deaf)).toThrow(/server 5 takes no bursts/);
  expect(planData(wish('auto'), 1000, deaf)).toMatchObject({ mode: 'word', burstSignal: 0 });
  expect(looks).toEqual([SIGNAL, SIGNAL]);
});

test('nor to one that takes none, has gone, or could not be looked at', () => {
  const none = offered({ burstSignal: 0 });
  expect(() => planData(wish('burst'), 1000, none)).toThrow(
    expect.objectContaining({ code: 'ENOTSUP' }),
  );
  expect(planData(wish('auto'), 1000, none).mode).toBe('word');
  const gone = offered({ catches: () => GONE });
  expect(() => planData(wish('auto'), 1000, gone)).toThrow(
    expect.objectContaining({ code: 'ESRCH' }),
  );
  const error = new SignalError('EMFILE', 'no descriptor', { syscall: 'open' });
  const unseen = offered({ catches: () => ({ is: 'unknown', error }) });
  expect(() => planData(wish('auto'), 1000, unseen)).toThrow(error);
});

test.each([
  [3, 1],
  [4, 1],
  [400, 100],
  [1024, 256],
  [1_000_000, 256],
])('of %i signals that may be pending a burst has %i under way', (pendingLimit, window) => {
  expect(planData(wish('burst'), 1000, offered({ pendingLimit })).window).toBe(window);
});

test.each([
  [255, 'word'],
  [256, 'burst'],
] as const)('%i bytes go as %s, unless told', (length, mode) => {
  expect(planData(wish('auto'), length, offered()).mode).toBe(mode);
  expect(planData(wish('word'), length, offered()).mode).toBe('word');
  expect(planData(wish('burst'), length, offered()).mode).toBe('burst');
});

test('bits and words go one at a time, by no realtime signal', () => {
  for (const mode of ['bit', 'word'] as const) {
    expect(planData(wish(mode), 1000, offered())).toMatchObject({
      mode,
      window: 1,
      burstSignal: 0,
    });
  }
});

test('a word carries what was wished, and else as much as passes', () => {
  expect(planData(wish('word', 64), 1000, offered()).payload).toBe(8);
  expect(planData(wish('word', 192), 1000, offered()).payload).toBe(largest);
  expect(planData(wish('word'), 1000, offered()).payload).toBe(largest);
});

test.each([[{ mode: 'fast', payload: undefined }], [{ mode: 'word', payload: 65 }]])(
  '%j is no wish',
  (wrong) => {
    expect(() => assertWish(wrong as unknown as DataWish)).toThrow(
      expect.objectContaining({ code: 'ERR_OUT_OF_RANGE' }),
    );
  },
);

test('bits and words ask nothing of the burst signal, and bits nothing of the kernel', () => {
  const test = jest.spyOn(binding, 'largestPayload');
  const gone = offered({ catches: () => GONE });
  expect(planData(wish('bit'), 1000, gone)).toMatchObject({ mode: 'bit', window: 1 });
  expect(test).not.toHaveBeenCalled();
  test.mockRestore();
  expect(planData(wish('word'), 1000, gone)).toMatchObject({ mode: 'word', window: 1 });
});

test('where the kernel passes no payload bits are sent, and nothing else can be', () => {
  const none = jest.spyOn(binding, 'largestPayload').mockReturnValue(0);
  expect(planData(wish('auto'), 1000, offered())).toMatchObject({ mode: 'bit' });
  for (const mode of ['word', 'burst'] as const) {
    expect(() => planData(wish(mode), 1000, offered())).toThrow(
      expect.objectContaining({ code: 'ENOTSUP' }),
    );
  }
  none.mockRestore();
});

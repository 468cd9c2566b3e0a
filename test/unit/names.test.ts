import { signalList, signalName, signalNumber } from '../../lib/signals/names.js';

test('names and numbers of standard signals agree with the system', () => {
  expect(signalNumber('SIGTERM')).toBe(15);
  expect(signalName(15)).toBe('SIGTERM');
  expect(signalName(6)).toBe('SIGABRT');
});

test('realtime signals have names relative to both ends, resolved at run time', () => {
  const first = signalNumber('SIGRTMIN');
  expect(signalNumber('SIGRTMIN+3')).toBe(first + 3);
  expect(signalName(first + 3)).toBe('SIGRTMIN+3');
  expect(signalNumber('SIGRTMAX')).toBe(64);
  expect(signalNumber('SIGRTMAX-1')).toBe(63);
});

test.each(['SIGNOPE', 'SIGRTMIN+99', 'SIGRTMAX-64', 'sigterm', '', '15'])(
  'an unknown name %j is refused with its text',
  (name) => {
    expect(() => signalNumber(name as 'SIGTERM')).toThrow(
      expect.objectContaining({
        code: 'ERR_UNKNOWN_SIGNAL',
        message: expect.stringContaining(JSON.stringify(name)),
      }),
    );
  },
);

test.each([0, -1, 65, 1.5, Number.NaN])('a number %p that is no signal is refused', (number) => {
  expect(() => signalNumber(number)).toThrow(
    expect.objectContaining({ code: 'ERR_UNKNOWN_SIGNAL' }),
  );
});

test('the ends of the realtime signals have their names, and what is beyond has none', () => {
  const first = signalNumber('SIGRTMIN');
  expect(signalName(first)).toBe('SIGRTMIN');
  expect(signalName(64)).toBe(`SIGRTMIN+${64 - first}`);
  expect(signalName(65)).toBe('SIG65');
  expect(signalName(first - 1)).toBe(`SIG${first - 1}`);
});

test('one signal is a list of one', () => {
  expect(signalList('SIGTERM')).toEqual(['SIGTERM']);
  expect(signalList(15)).toEqual([15]);
  expect(signalList(['SIGTERM', 1])).toEqual(['SIGTERM', 1]);
});

test.each([undefined, null, {}, true])('%p is no list of signals', (signals) => {
  expect(() => signalList(signals as never)).toThrow(
    expect.objectContaining({
      code: 'ERR_INVALID_ARG_VALUE',
      message: `invalid signals ${signals}: expected a name such as "SIGTERM", a number, or an array of them`,
    }),
  );
});

// When a command hears that it is to end; what was ignored at its start is in e2e/ignored-signals.
import { onEndingSignals } from '../../lib/cli/process/ending-signals.js';

const told = process.env['MINITALK_SIGIGN'];
const signals = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;
let now: number;
let heard: string[];

beforeEach(() => {
  process.env['MINITALK_SIGIGN'] = `${process.pid}:0`; // nothing was ignored
  now = 5;
  jest.spyOn(performance, 'now').mockImplementation(() => now);
  heard = [];
  onEndingSignals((signal) => heard.push(signal));
});

afterEach(() => {
  for (const signal of signals) process.removeAllListeners(signal);
  if (told === undefined) delete process.env['MINITALK_SIGIGN'];
  else process.env['MINITALK_SIGIGN'] = told;
  jest.restoreAllMocks();
});

test('each of them is heard, also right after another one', () => {
  for (const signal of signals) process.emit(signal);
  expect(heard).toEqual(signals);
});

test('the same one within a tenth of a second is the first one sent twice', () => {
  process.emit('SIGTERM');
  process.emit('SIGTERM');
  now += 99;
  process.emit('SIGTERM');
  expect(heard).toEqual(['SIGTERM']);
  now += 100;
  process.emit('SIGTERM');
  expect(heard).toEqual(['SIGTERM', 'SIGTERM']);
});

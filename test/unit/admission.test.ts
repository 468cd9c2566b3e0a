// Who may have a session of a server, and what of the rest is a stray.
import '../support/own-client.js';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kind, NO_MESSAGE, Reason } from '../../lib/minitalk/wire/word.js';
import type { SignalInfo } from '../../lib/signals/info.js';
import {
  close,
  NONCE,
  offer,
  open,
  openWord,
  reasonsOf,
  reception,
  say,
  start,
  strays,
  warnings,
} from '../support/own-reception.js';
import { sayQueues } from '../support/queues-in-proc.js';

describe('who may have a session', () => {
  const OTHER = 12_345;
  const opening = (nonce = NONCE) => say(openWord(nonce));

  test('is everybody, unless some are named; then they, and the own user', () => {
    const own = jest.spyOn(process, 'getuid').mockReturnValue(OTHER);
    start();
    expect(opening()).toMatchObject([{ kind: Kind.welcome }]);
    start({ allowUids: [] });
    expect(reasonsOf(opening())).toEqual([Reason.notAllowed]);
    start({ allowUids: [OTHER + 1, 0] });
    expect(opening()).toMatchObject([{ kind: Kind.welcome }]);
    own.mockRestore();
    start({ allowUids: [] });
    expect(opening()).toMatchObject([{ kind: Kind.welcome }]);
  });

  test('has up to 256 of them, and is told and warned of once until one comes free', async () => {
    start();
    const sessions = Array.from({ length: 256 }, (_, i) => open(i + 1));
    expect(new Set(sessions).size).toBe(256);
    const refused = [Reason.tooManySessions];
    expect([opening(1000), opening(1001)].map(reasonsOf)).toEqual([refused, refused]);
    await sleep(0);
    expect(warnings).toEqual(['ERR_TOO_MANY_SESSIONS']);
    say(close(sessions[0] as number, 1));
    open(1000);
    expect(reasonsOf(opening(1001))).toEqual(refused);
    await sleep(0);
    expect(warnings).toEqual(['ERR_TOO_MANY_SESSIONS', 'ERR_TOO_MANY_SESSIONS']);
  });

  test('gives one up that lay unused for 10 s, the oldest, and is told so', () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'queueMicrotask'] });
    start();
    const sessions = Array.from({ length: 256 }, (_, i) => open(i + 1));
    say(offer(sessions[0] as number, 1)); // this one is used
    jest.advanceTimersByTime(9999);
    expect(reasonsOf(opening(1000))).toEqual([Reason.tooManySessions]);
    jest.advanceTimersByTime(1);
    const words = opening(1000);
    const gone = { kind: Kind.refused, message: NO_MESSAGE, reason: Reason.full };
    expect(words[0]).toEqual({ ...gone, session: sessions[1] });
    expect(words[1]).toMatchObject({ kind: Kind.welcome, session: 1000 });
    expect(say(offer(sessions[1] as number, 1))).toEqual([]);
    expect(say(offer(sessions[0] as number, 1))).toMatchObject([{ kind: Kind.grant }]);
  });

  test('is not who came to mind twice: no two sessions have the same number', () => {
    start();
    const draw = jest.spyOn(Math, 'random').mockReturnValue(0.25);
    const first = open();
    draw.mockReturnValueOnce(0.25).mockReturnValueOnce(0.25).mockReturnValueOnce(0.5);
    expect(open(NONCE + 1)).not.toBe(first);
  });
});

describe('a stray', () => {
  const info = (changes: object) =>
    ({
      number: 10,
      signal: 'SIGUSR1',
      code: 'SI_TKILL',
      pid: process.pid,
      ...changes,
    }) as SignalInfo;
  const reported = (changes: object) => {
    reception.port.takeStray(info(changes));
    return strays.splice(0).length === 1;
  };

  test('is what no client can have sent late', () => {
    start({ burstSignal: 41 });
    expect(reported({})).toBe(true); // nobody has a session
    open();
    expect(reported({})).toBe(false);
    expect(reported({ pid: process.ppid })).toBe(true);
    expect(reported({ code: 'SI_USER' })).toBe(true);
    expect(reported({ code: 'SI_QUEUE' })).toBe(false); // a data word
    expect(reported({ code: 'SI_QUEUE', pid: process.ppid })).toBe(true);
    expect(reported({ code: 'SI_QUEUE', signal: 'SIGUSR2', number: 12 })).toBe(true);
    expect(reported({ code: 'SI_QUEUE', signal: 'SIGRTMIN+7', number: 41 })).toBe(false);
    expect(
      reported({ code: 'SI_QUEUE', signal: 'SIGRTMIN+7', number: 41, pid: process.ppid }),
    ).toBe(true);
  });

  /** As it comes over RLIMIT_SIGPENDING. */
  const nameless = { code: 'SI_USER', pid: 0 };

  test('is what comes without sender, where the queue has room', () => {
    start();
    expect(reported(nameless)).toBe(true);
    expect(warnings).toEqual([]);
  });

  test('is not what comes without sender where the queue is full: that is warned of, once', () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'queueMicrotask'] });
    const full = sayQueues(() => '7/7');
    start();
    expect(reported(nameless)).toBe(false);
    expect(reported({ code: 'SI_USER' })).toBe(true); // somebody's
    full.mockRestore(); // it may have room again by the next look
    expect(reported(nameless)).toBe(false);
    expect(warnings).toEqual(['EAGAIN']);
    jest.advanceTimersByTime(1001);
    expect(reported(nameless)).toBe(true);
  });

  test('and again when words have come meanwhile', () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'queueMicrotask'] });
    sayQueues(() => '7/7');
    start();
    reported(nameless);
    jest.advanceTimersByTime(1001);
    reported(nameless);
    expect(warnings).toEqual(['EAGAIN']);
    jest.advanceTimersByTime(1001);
    open();
    reported(nameless);
    expect(warnings).toEqual(['EAGAIN', 'EAGAIN']);
  });
});

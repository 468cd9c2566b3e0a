// A server's rules for what comes after the ordinary way, without a second process.
import '../support/own-client.js';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kind, NO_MESSAGE, Reason, VERSION, type Word } from '../../lib/minitalk/wire/word.js';
import {
  answers,
  close,
  delivered,
  grantOf,
  MAX_MESSAGE,
  NONCE,
  offer,
  open,
  openWord,
  partials,
  reasonsOf,
  reception,
  say,
  start,
  thread,
  transmit,
  wait,
} from '../support/own-reception.js';

describe('a session', () => {
  test('is opened once by a nonce, however often it is asked for', () => {
    start();
    const session = open();
    expect(open()).toBe(session);
    expect(open(NONCE + 1)).not.toBe(session);
  });

  test('is refused to another version', () => {
    start();
    const words = say({ kind: Kind.open, session: NONCE, version: VERSION + 1, thread });
    expect(reasonsOf(words)).toEqual([Reason.version]);
  });

  test('is told to nobody who does not catch the signals', async () => {
    start();
    const bystander = spawn('sleep', ['60']);
    await once(bystander, 'spawn');
    const pid = bystander.pid as number;
    try {
      reception.port.takeWord(
        { kind: Kind.open, session: NONCE, version: VERSION, thread: pid },
        pid,
      );
      reception.port.takeWord(close(NONCE, 1, pid), pid);
      await sleep(100);
      expect([bystander.exitCode, bystander.signalCode]).toEqual([null, null]);
    } finally {
      bystander.kill('SIGKILL');
    }
  });

  test("hears no word that another process says in its client's name", () => {
    start();
    const session = open();
    const stranger = process.ppid;
    grantOf(say(offer(session, 1)));
    reception.port.takeWord(offer(session, 2), stranger);
    expect(partials).toEqual([]);
    expect(grantOf(say(offer(session, 1))).message).toBe(1);
  });

  test('ends with CLOSE, which is confirmed as often as it is said', () => {
    start();
    const session = open();
    grantOf(say(offer(session, 1)));
    expect(say(close(session, 1))).toEqual([{ kind: Kind.closed, session, attempt: 1 }]);
    expect(partials.map(({ reason }) => reason)).toEqual(['cancelled']);
    expect(say(close(session, 2))).toEqual([{ kind: Kind.closed, session, attempt: 2 }]);
    expect(say(close(session, 0))).toEqual([]); // wants no answer
    expect(say(offer(session, 2))).toEqual([]);
  });
});

describe('an OFFER', () => {
  test('repeated by the holder brings its GRANT again; by who waits, WAIT', () => {
    start();
    const [first, second] = [open(), open(NONCE + 1)];
    const { grant } = grantOf(say(offer(first, 1)));
    expect(say(offer(second, 1))).toEqual([wait(second, 1)]);
    expect(grantOf(say(offer(first, 1))).grant).toBe(grant);
    expect(say(offer(second, 1))).toEqual([wait(second, 1)]);
  });

  test.each([
    ['too long', offer(0, 1, MAX_MESSAGE + 1), Reason.tooLarge],
    [
      'in a mode that the server does not take',
      { ...offer(0, 1), kind: Kind.offerBurst } as Word,
      Reason.mode,
    ],
  ])('%s is refused, and again when it is repeated', (_what, word, reason) => {
    start();
    const session = open();
    const refused = { kind: Kind.refused, session, message: 1, reason };
    expect(say({ ...word, session })).toEqual([refused]);
    expect(say({ ...word, session })).toEqual([refused]);
    expect(partials).toEqual([]); // it never began
    grantOf(say(offer(session, 2, MAX_MESSAGE)));
  });

  test('of another message cancels the unfinished one', () => {
    start();
    const session = open();
    const first = grantOf(say(offer(session, 1)));
    const second = grantOf(say(offer(session, 2)));
    expect(second).toMatchObject({ message: 2, frame: 0 });
    expect(second.grant).not.toBe(first.grant);
    expect(partials.map(({ reason }) => reason)).toEqual(['cancelled']);
  });

  test('after the end of its message brings the end again, and no second delivery', () => {
    start();
    const session = open();
    const end = { kind: Kind.delivered, session, message: 1 };
    expect(transmit('hello', grantOf(say(offer(session, 1))))).toEqual([end]);
    expect(say(offer(session, 1))).toEqual([end]);
    expect(say(offer(session, 1))).toEqual([end]);
    expect(delivered.map(({ data }) => data.toString())).toEqual(['hello']);
  });

  test('with a number that comes again, long after, is a new message', () => {
    start();
    const session = open();
    for (const message of [1, 2, 1]) {
      transmit(`no. ${message}`, grantOf(say(offer(session, message))));
    }
    expect(delivered.map(({ data }) => data.toString())).toEqual(['no. 1', 'no. 2', 'no. 1']);
  });
});

describe('RESTART', () => {
  test('gives the frame anew, under another grant', () => {
    start();
    const session = open();
    const { grant } = grantOf(say(offer(session, 1)));
    const anew = grantOf(say({ kind: Kind.restart, session, grant }));
    expect(anew).toMatchObject({ message: 1, frame: 0 });
    expect(anew.grant).not.toBe(grant);
    expect(transmit('again', anew)).toMatchObject([{ kind: Kind.delivered }]);
  });

  test('of a grant that has ended does nothing', () => {
    start();
    const [first, second] = [open(), open(NONCE + 1)];
    const { grant } = grantOf(say(offer(first, 1)));
    expect(say({ kind: Kind.restart, session: second, grant })).toEqual([]);
    expect(say({ kind: Kind.restart, session: first, grant: grant + 1 })).toEqual([]);
    expect(grantOf(say(offer(first, 1))).grant).toBe(grant);
  });
});

describe('a message that is being delivered', () => {
  let finish: (error?: Error) => void;
  const slowly = () =>
    new Promise<void>((resolve, reject) => {
      finish = (error) => (error === undefined ? resolve() : reject(error));
    });

  test('is told as delivered when the consumer has it, and not before', async () => {
    start({ deliver: slowly });
    const session = open();
    expect(transmit('hello', grantOf(say(offer(session, 1))))).toEqual([]);
    expect(say(offer(session, 1))).toEqual([wait(session, 1)]);
    expect(say(offer(session, 2))).toEqual([wait(session, 2)]);
    finish();
    await sleep(0);
    expect(answers()).toEqual([{ kind: Kind.delivered, session, message: 1 }]);
    grantOf(say(offer(session, 2)));
  });

  test('is told as failed when the consumer does not take it, as often as it is asked', async () => {
    start({ deliver: slowly });
    const session = open();
    transmit('hello', grantOf(say(offer(session, 1))));
    finish(new Error('the disk is full'));
    await sleep(0);
    expect(reasonsOf(answers())).toEqual([Reason.failed]);
    expect(reasonsOf(say(offer(session, 1)))).toEqual([Reason.failed]);
    expect(partials).toEqual([]);
  });

  test('outlives the closing of its session, and of the server', async () => {
    start({ deliver: slowly });
    const session = open();
    transmit('hello', grantOf(say(offer(session, 1))));
    expect(say(close(session, 1))).toEqual([]); // confirmed when it is asked again afterwards
    reception.abandonUnfinished();
    expect(answers()).toEqual([]);
    finish();
    await sleep(0);
    expect(answers()).toEqual([{ kind: Kind.delivered, session, message: 1 }]);
    expect(say(close(session, 2))).toEqual([{ kind: Kind.closed, session, attempt: 2 }]);
    expect(partials).toEqual([]);
  });
});

describe('a server that is closing', () => {
  test('abandons what is unfinished, and refuses the rest', () => {
    start();
    const [first, second] = [open(), open(NONCE + 1)];
    grantOf(say(offer(first, 1)));
    say(offer(second, 1));
    reception.abandonUnfinished();
    expect(reasonsOf(answers())).toContain(Reason.closing);
    expect(partials.map(({ reason }) => reason)).toEqual(['closing', 'closing']);
    for (const session of [first, second]) {
      expect(reasonsOf(say(offer(session, 1)))).toEqual([Reason.closing]);
      expect(reasonsOf(say(offer(session, 2)))).toEqual([Reason.closing]);
    }
    const nobody = { kind: Kind.refused, message: NO_MESSAGE, reason: Reason.closing };
    expect(say(openWord(NONCE + 2))).toEqual([{ ...nobody, session: NONCE + 2 }]);
  });
});

// A server's clients that say nothing, or nothing right, and its own end.
import '../support/own-client.js';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataMode } from '../../lib/binding/minitalk.js';
import { IncomingMessage } from '../../lib/minitalk/server/incoming.js';
import { Kind, NO_MESSAGE, Reason, type Word } from '../../lib/minitalk/wire/word.js';
import {
  answers,
  close,
  delivered,
  endpoint,
  grantOf,
  NONCE,
  native,
  offer,
  open,
  openWord,
  partials,
  reasonsOf,
  reception,
  say,
  start,
  transmit,
} from '../support/own-reception.js';
import { startVictim } from '../support/victim.js';

test('a client that is silent in the middle of its message is given up, and told when it asks', async () => {
  start({ idleTimeout: 50 });
  const session = open();
  grantOf(say(offer(session, 1)));
  const ends = performance.now() + 5000;
  while (partials.length === 0 && performance.now() < ends) await sleep(10);
  expect(partials.map(({ reason }) => reason)).toEqual(['idle']);
  expect(reasonsOf(say(offer(session, 1)))).toEqual([Reason.abandoned]);
});

test('a client that says something is not silent', async () => {
  start({ idleTimeout: 100 });
  const session = open();
  grantOf(say(offer(session, 1)));
  for (let i = 0; i < 30; i += 1) {
    await sleep(10);
    say(offer(session, 1));
  }
  expect(partials).toEqual([]);
});

test('a message at its consumer is not given up, however silent its client is', async () => {
  start({ idleTimeout: 20, deliver: () => new Promise(() => {}) });
  const [first, second] = [open(), open(NONCE + 1)];
  transmit('hello', grantOf(say(offer(first, 1))));
  grantOf(say(offer(second, 1)));
  while (partials.length === 0) await sleep(10);
  await sleep(100);
  expect(partials).toMatchObject([{ expected: 5, reason: 'idle' }]);
});

test('a client that dies while it waits is told of, though nobody grants it anything', async () => {
  start();
  const peer = await startVictim();
  endpoint.transmitting = 1; // so that nobody has a turn
  jest.spyOn(Math, 'random').mockReturnValueOnce(0.5); // the number of their session
  reception.port.takeWord({ ...openWord(NONCE), thread: peer.pid } as Word, peer.pid);
  reception.port.takeWord(offer(2 ** 19, 1), peer.pid);
  peer.child.kill('SIGKILL');
  while (partials.length === 0) await sleep(5);
  endpoint.transmitting = 0;
  expect(partials).toMatchObject([{ sender: { pid: peer.pid }, reason: 'died' }]);
});

test('a client that dies while the server takes its leave is not waited for', async () => {
  start();
  const peer = await startVictim();
  reception.port.takeWord({ ...openWord(NONCE), thread: peer.pid } as Word, peer.pid);
  reception.abandonUnfinished();
  const leave = reception.takeLeave();
  peer.child.kill('SIGKILL');
  await leave;
  expect(reception.end()).toEqual([]);
});

test('the client chooses the mode of each message', () => {
  const modes: number[] = [];
  const watched = new Proxy(native, {
    get: (server, name: keyof typeof native) =>
      name === 'grant'
        ? (grant: Parameters<typeof server.grant>[0]) => {
            modes.push(grant.mode);
            return server.grant(grant);
          }
        : server[name].bind(server as never),
  });
  start({ burstSignal: 41, native: watched });
  const session = open();
  [Kind.offer, Kind.offerWords, Kind.offerBurst].forEach((kind, i) => {
    say({ ...offer(session, i + 1), kind } as Word);
  });
  expect(modes).toEqual([DataMode.bit, DataMode.word, DataMode.burst]);
});

test('a message whose checksum fails is abandoned, and told so', () => {
  start();
  const session = open();
  jest.spyOn(IncomingMessage.prototype, 'data').mockReturnValue(undefined);
  const words = transmit('hello', grantOf(say(offer(session, 1))));
  expect(reasonsOf(words)).toEqual([Reason.abandoned]);
  expect(partials.map(({ reason }) => reason)).toEqual(['corrupt']);
  expect(delivered).toEqual([]);
});

test('a server takes its leave when the consumer has all', async () => {
  let finish = () => {};
  start({
    deliver: () =>
      new Promise((resolve) => {
        finish = resolve;
      }),
  });
  const session = open();
  transmit('hello', grantOf(say(offer(session, 1))));
  reception.abandonUnfinished();
  let hasLeft = false;
  const leave = reception.takeLeave().then(() => {
    hasLeft = true;
  });
  await sleep(20);
  expect([hasLeft, answers()]).toEqual([false, []]);
  finish();
  await sleep(0);
  const [end, goodbye] = answers();
  expect(end).toEqual({ kind: Kind.delivered, session, message: 1 });
  expect(goodbye).toMatchObject({
    kind: Kind.refused,
    reason: Reason.closing,
    message: NO_MESSAGE,
  });
  say(close(session, 1));
  await leave;
});

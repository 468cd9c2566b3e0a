// Messages that come by lanes, which are real threads here, and without a second process.
import '../support/own-client.js';
import { readdirSync, readFileSync } from 'node:fs';
import { createLanePool, type LanePool } from '../../lib/minitalk/server/lanes.js';
import { ANYWHERE, byLanes, decodePlace } from '../../lib/minitalk/wire/place.js';
import { Kind, type Word } from '../../lib/minitalk/wire/word.js';
import {
  delivered,
  grantOf,
  native,
  offer,
  open,
  say,
  start,
  transmit,
} from '../support/own-reception.js';
import { sayQueues } from '../support/queues-in-proc.js';

const SCHED_BATCH = 3; // sched(7)
const LANES = 25;
const text = 'minitalk, '.repeat(85);
/** Of rounds enough, in words. */
const longText = text.repeat(5);
let threads: readonly number[];
let pool: LanePool;

const ofThisProcess = () => readdirSync('/proc/self/task').map(Number);
/** The 41st field, behind the name in parentheses: proc_pid_stat(5). */
const policyOf = (id: number) =>
  Number(
    readFileSync(`/proc/self/task/${id}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ')[41 - 3],
  );

beforeEach(() => {
  sayQueues(() => `0/${4 * LANES}`);
  threads = [];
  pool = createLanePool(native, (told) => {
    threads = told;
    return true;
  });
  start({ lanes: pool, maxMessage: 10_000 });
});

const wordsOffer = (session: number, message: number): Word => ({
  kind: Kind.offerWords,
  session,
  message,
  length: longText.length,
});

test('lanes are threads of this process that preempt nobody, until they end', () => {
  const before = ofThisProcess();
  const policy = policyOf(process.pid);
  const { place } = grantOf(say(offer(open(), 1, text.length)));
  expect(decodePlace(place)).toEqual(byLanes(LANES, false));
  const made = ofThisProcess().filter((id) => !before.includes(id));
  expect(new Set(made)).toEqual(new Set(threads));
  expect(made).toHaveLength(64);
  expect(new Set(made.map(policyOf))).toEqual(new Set([SCHED_BATCH]));
  expect(policyOf(process.pid)).toBe(policy);
});

test.each(['bit', 'word'] as const)('a message comes whole by lanes, in %s mode', (mode) => {
  const session = open();
  const sent = mode === 'bit' ? text : longText;
  for (const message of [1, 2]) {
    const offered =
      mode === 'bit' ? offer(session, message, text.length) : wordsOffer(session, message);
    const grant = grantOf(say(offered));
    expect(decodePlace(grant.place).lanes).toBe(LANES);
    const said = transmit(sent, grant, { mode, lanes: threads.slice(0, LANES) });
    expect(said).toEqual([{ kind: Kind.delivered, session, message }]);
  }
  expect(delivered.map((message) => message.text)).toEqual([sent, sent]);
});

test('a client that takes no lanes sends without them, and is offered none any more', () => {
  const session = open();
  const first = grantOf(say(offer(session, 1, text.length)));
  expect(decodePlace(first.place).lanes).toBe(LANES);
  transmit(text, first);
  const second = grantOf(say(offer(session, 2, text.length)));
  expect(decodePlace(second.place)).toEqual(ANYWHERE);
  transmit(text, second);
  expect(delivered.map((message) => message.text)).toEqual([text, text]);
});

test('no lane ends while a grant names it', () => {
  say(offer(open(), 1, text.length));
  expect(native.endLanes()).toBeLessThan(0);
  expect(ofThisProcess()).toEqual(expect.arrayContaining([...threads]));
});

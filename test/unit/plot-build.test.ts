// What is seen in recordings: who talks with whom, what was lost, which bytes came when.
import { build } from '../../lib/plot/build.js';
import { chosen, timesOf } from '../../lib/plot/choose.js';
import type { Mark, Model } from '../../lib/plot/model.js';
import { messagesOf } from '../../lib/recording/messages.js';
import { read, SERVER, sendMessage, session, stray } from '../support/sessions.js';

const CLIENT = 4712;
const bytes = (text: string) => Buffer.from(text);

/** A message with a lost bit, as those see it who are recorded. */
function withLostBit(...recorded: number[]): Model {
  const talk = session(recorded);
  sendMessage(talk, CLIENT, bytes('Hi'), { lost: [5] });
  return build(read(...talk.recordings));
}

const data = (model: Model): Mark[] =>
  model.conversations.flatMap(({ marks }) => marks.filter(({ is }) => is === 'data'));

test('both recordings show each signal from when it was sent to when it was handled', () => {
  const talk = session([SERVER, CLIENT]);
  sendMessage(talk, CLIENT, bytes('Hi'));
  const model = build(read(...talk.recordings));
  expect(model.conversations).toHaveLength(1);
  const [conversation] = model.conversations;
  expect(conversation).toMatchObject({
    client: CLIENT,
    server: SERVER,
    lanes: 0,
    isDialect: false,
  });
  const signals = conversation?.marks.filter(({ is }) => is !== 'event') ?? [];
  for (const { sent = Infinity, at } of signals) expect(sent).toBeLessThan(at);
  expect(data(model)).toHaveLength((2 + 4) * 8);
  expect(signals.filter(({ is }) => is === 'ack')).toHaveLength((2 + 4) * 8);
  expect(
    data(model)
      .map(({ one }) => one)
      .slice(0, 8),
  ).toEqual([0, 1, 0, 0, 1, 0, 0, 0]);
});

test('a bit that was sent and never handled is lost; the next one is sent again', () => {
  const fates = data(withLostBit(SERVER, CLIENT)).map(({ fate }) => fate);
  expect(fates.slice(4, 8)).toEqual(['taken', 'lost', 'again', 'taken']);
  expect(fates.filter((fate) => fate !== 'taken')).toHaveLength(2);
});

test('the client alone knows by sending it again', () => {
  const fates = data(withLostBit(CLIENT)).map(({ fate }) => fate);
  expect(fates.slice(4, 8)).toEqual(['taken', 'lost', 'again', 'taken']);
});

test('the server alone does not know, and sees no end of a signal that is the other side', () => {
  const marks = data(withLostBit(SERVER));
  expect(marks.filter(({ fate }) => fate !== 'taken')).toEqual([]);
  expect(marks.filter(({ sent }) => sent !== undefined)).toEqual([]);
});

test('what was sent while the server was not recorded is not called lost', () => {
  const talk = session([SERVER, CLIENT]);
  sendMessage(talk, CLIENT, bytes('Hi'));
  const [server, client] = talk.recordings;
  if (server === undefined || client === undefined) throw new Error('two are recorded');
  const half = { ...server, events: server.events.slice(0, 20) };
  expect(data(build(read(half, client))).filter(({ fate }) => fate === 'lost')).toEqual([]);
  const t = server.events[10]?.t ?? 0;
  const gap = { t, is: 'unrecorded', count: 3 } as const;
  const some = {
    ...server,
    events: [...server.events.slice(0, 10), gap, ...server.events.slice(14)],
  };
  expect(data(build(read(some, client))).filter(({ fate }) => fate === 'lost')).toEqual([]);
});

test.each([
  ['bits', {}],
  ['lanes', { lanes: 16 }],
  ['words', { mode: 'word' as const }],
])('%s: its characters, in order, and the checksum apart', (_, how) => {
  const text = 'née\n世界, in three modes';
  const talk = session([SERVER, CLIENT]);
  sendMessage(talk, CLIENT, bytes(text), how);
  const [conversation] = build(read(...talk.recordings)).conversations;
  const units = conversation?.units ?? [];
  expect(
    units
      .filter(({ check }) => !check)
      .map((unit) => unit.text)
      .join(''),
  ).toBe(text.replace('\n', '\\n'));
  expect(
    units
      .filter(({ check }) => check)
      .map(({ hex }) => hex)
      .join(' '),
  ).toBe('de ad be ef');
  expect(conversation?.messages).toMatchObject([
    { number: 1, length: bytes(text).length, text: text.replace('\n', '\\n') },
  ]);
  for (const { from, to } of units) expect(from).toBeLessThanOrEqual(to);
});

test.each([[[SERVER]], [[SERVER, CLIENT]], [[CLIENT]]])(
  'recorded by %j: a message takes as long as its line among the messages says',
  (recorded) => {
    const talk = session(recorded);
    sendMessage(talk, CLIENT, bytes('Hi'));
    const recording = read(...talk.recordings);
    const [conversation] = build(recording).conversations;
    const lines = messagesOf(recording).messages;
    // Where both are recorded: as the server has it.
    const own = lines.find(({ way }) => way === 'in') ?? lines[0];
    expect(own?.to).toBeGreaterThan(own?.from ?? 0);
    expect(conversation?.messages.map(({ took }) => took)).toEqual([
      (own?.to ?? 0) - (own?.from ?? 0),
    ]);
  },
);

test('a byte of which not all bits came says how many did', () => {
  const talk = session([SERVER]);
  sendMessage(talk, CLIENT, bytes('Hi'));
  const [recording] = talk.recordings;
  if (recording === undefined) throw new Error('one is recorded');
  const isPart = (each: (typeof recording.events)[number]) =>
    each.is !== 'bit' || (each.at as number) < 11;
  const model = build(read({ ...recording, events: recording.events.filter(isPart) }));
  expect(model.conversations[0]?.units.map(({ text }) => text)).toEqual(['H', '3/8']);
});

test('a frame that comes once more shows once more', () => {
  const talk = session([SERVER]);
  sendMessage(talk, CLIENT, bytes('ab'));
  sendMessage(talk, CLIENT, bytes('ab'), { grant: 4 });
  const [conversation] = build(read(...talk.recordings)).conversations;
  const texts = conversation?.units.filter(({ check }) => !check).map(({ text }) => text);
  expect(texts).toEqual(['a', 'b', 'a', 'b']);
});

test('a number that comes again, after 255, is another message', () => {
  const talk = session([SERVER]);
  for (const [number, text] of [
    [1, 'a'],
    [2, 'b'],
    [1, 'c'],
  ] as const) {
    sendMessage(talk, CLIENT, bytes(text), { number });
  }
  const [conversation] = build(read(...talk.recordings)).conversations;
  expect(conversation?.messages.map(({ number, text }) => [number, text])).toEqual([
    [1, 'a'],
    [2, 'b'],
    [1, 'c'],
  ]);
});

test('strangers and late data stand apart, with their sender', () => {
  const talk = session([SERVER]);
  stray(talk, 99, 'SIGUSR1');
  stray(talk, CLIENT, 'SIGUSR2', { late: true });
  stray(talk, 100, 'SIGHUP', {});
  const model = build(read(...talk.recordings));
  expect(model.strangers).toMatchObject([
    { pid: 99, signal: 'SIGUSR1', fate: 'stray' },
    { pid: CLIENT, signal: 'SIGUSR2', fate: 'late' },
    { pid: 100, signal: 'SIGHUP', fate: 'other' },
  ]);
  expect(model.conversations).toEqual([]);
});

test("in a dialect, whoever signals first is the client; the other's signals are answers", () => {
  const talk = session([SERVER]);
  const step = (signal: string) => ({ signal, code: 'SI_USER', is: 'step' });
  talk.say(CLIENT, SERVER, step('SIGUSR2'));
  talk.say(SERVER, CLIENT, step('SIGUSR1'));
  const [conversation] = build(read(...talk.recordings)).conversations;
  expect(conversation).toMatchObject({
    client: CLIENT,
    server: SERVER,
    isDialect: true,
    marks: [
      { is: 'data', one: 1 },
      { is: 'ack', from: 'server' },
    ],
  });
});

test('senders and times can be chosen', () => {
  const talk = session([SERVER]);
  sendMessage(talk, CLIENT, bytes('a'));
  const between = talk.now;
  stray(talk, 99, 'SIGUSR1');
  const model = build(read(...talk.recordings));
  expect(chosen(model, [99])).toMatchObject({ conversations: [], strangers: [{ pid: 99 }] });
  expect(chosen(model, [CLIENT])).toMatchObject({ conversations: [{}], strangers: [] });
  expect(timesOf(model, between + 1, Infinity)).toEqual({ from: talk.now, to: talk.now });
  expect(timesOf(model, talk.now + 1, Infinity)).toBeUndefined();
});

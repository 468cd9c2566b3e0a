// The messages of a recording: byte-exact, whatever else is in it, and in whichever order it came.
import fc from 'fast-check';
import type { BitEvent, RecordedEvent, WordEvent } from '../../lib/recording/format.js';
import { messagesOf } from '../../lib/recording/messages.js';
import { readRecording } from '../../lib/recording/read.js';
import {
  anyEvent,
  CLIENT,
  captured,
  header,
  recordingFolder,
  recordingOf,
  type Sent,
  sent,
} from '../support/recordings.js';

const write = recordingFolder();

async function decode(events: readonly RecordedEvent[], pid = 4242) {
  return messagesOf(await readRecording(write('recording', recordingOf(header({ pid }), events))));
}

type Data = BitEvent | WordEvent;
const isData = (event: RecordedEvent): event is Data => event.is === 'bit' || event.is === 'word';

/** The same place, and other data. */
function wrong(event: Data): Data {
  if (event.is === 'bit') return { ...event, one: event.one === 1 ? 0 : 1 };
  return { ...event, data: event.data.replace(/./g, (digit) => (digit === '0' ? 'f' : '0')) };
}

const stray: RecordedEvent = {
  t: 0,
  is: 'signal',
  way: 'in',
  signal: 'SIGUSR1',
  code: 'SI_USER',
  pid: CLIENT,
  stray: true,
};

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  // Around a frame's end, where the message's checksum is cut in two.
  fc.integer({ min: 1018, max: 1026 }).map((length) => Buffer.alloc(length, 'minitalk ')),
);
const modes = fc.constantFrom('bit' as const, 'word' as const, 'burst' as const);

test('messages are byte-exact among strays, spares and repeats, in any order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(modes, bytes), { minLength: 1, maxLength: 3 }),
      fc.infiniteStream(fc.nat(9)),
      fc.infiniteStream(fc.nat(1e6)),
      fc.boolean(),
      async (given, noise, moments, isSender) => {
        const messages: Sent[] = given.map(([mode, data], i) => ({
          session: 77,
          message: i + 1,
          mode,
          data,
        }));
        let start = 0;
        const events: RecordedEvent[] = [];
        for (const message of messages) {
          // A place's right data are the last ones of it; all else is in any order.
          for (const event of (isSender ? sent : captured)(message)) {
            const isOffer = event.is === 'offer';
            const t = start + (isOffer ? 0 : 1e6 + (moments.next().value as number));
            if (isData(event)) {
              switch (noise.next().value) {
                case 0:
                  events.push({ ...wrong(event), t: t - 1e6 }, { ...event, t, again: true });
                  continue;
                case 1:
                  if (!isSender) events.push({ ...wrong(event), t: t + 1, spare: true });
                  break;
                case 2:
                  events.push({ ...wrong(event), t: t + 1, error: 'EAGAIN' });
                  break;
                case 3:
                  events.push({ ...stray, t });
                  break;
                default:
              }
            }
            events.push({ ...event, t });
          }
          start += 3e6;
        }
        const { messages: decoded, unplaced } = await decode(events, isSender ? CLIENT : 4242);
        expect(unplaced).toBe(0);
        expect(decoded).toHaveLength(messages.length);
        for (const [i, { mode, data, message }] of messages.entries()) {
          const is = decoded[i];
          expect(is).toMatchObject({ session: 77, message, mode, length: data.length });
          expect(is).toMatchObject({ way: isSender ? 'out' : 'in', wrongFrames: [] });
          expect(is?.data?.equals(data)).toBe(true);
        }
      },
    ),
    { numRuns: 25 },
  );
});

test.each(['word', 'burst'] as const)('long messages are whole in %s mode', async (mode) => {
  const data = Buffer.alloc(600_001, 'minitalk ');
  const { messages } = await decode(captured({ session: 5, message: 255, mode, data }));
  expect(messages).toHaveLength(1);
  expect(messages[0]?.data?.equals(data)).toBe(true);
  expect(messages[0]?.pieces.map(({ at, bytes }) => [at, bytes.length])).toEqual([[0, 600_001]]);
});

test('a message of no bytes is one', async () => {
  const { messages } = await decode(
    captured({ session: 5, message: 1, mode: 'bit', data: Buffer.alloc(0) }),
  );
  expect(messages).toMatchObject([{ length: 0, data: Buffer.alloc(0), pieces: [] }]);
});

test('what is missing is not made up', async () => {
  const data = Buffer.alloc(1500, 'minitalk ');
  const events = captured({ session: 5, message: 1, mode: 'bit', data });
  const lost = events.filter(
    (event) => !(isData(event) && [3, 4, 1200].includes(event.byte ?? -1)),
  );
  const { messages } = await decode(lost);
  expect(messages).toMatchObject([{ length: 1500, data: undefined, wrongFrames: [] }]);
  expect(messages[0]?.pieces).toEqual([
    { at: 0, bytes: data.subarray(0, 3) },
    { at: 5, bytes: data.subarray(5, 1200) },
    { at: 1201, bytes: data.subarray(1201) },
  ]);
});

test('one wrong bit is a frame whose checksum is wrong', async () => {
  const data = Buffer.alloc(1500, 'minitalk ');
  const events = captured({ session: 5, message: 1, mode: 'bit', data }).map((event) =>
    event.is === 'bit' && event.byte === 1030 && event.bit === 7 ? wrong(event) : event,
  );
  const { messages } = await decode(events);
  expect(messages).toMatchObject([{ data: undefined, wrongFrames: [1] }]);
});

test('a message without its offer has no length, but what is there of it', async () => {
  const data = Buffer.alloc(100_000, 'minitalk ');
  const events = captured({ session: 5, message: 1, mode: 'word', data });
  const { messages } = await decode(events.filter((event) => isData(event) && event.frame === 0));
  expect(messages).toMatchObject([{ length: undefined, data: undefined, wrongFrames: [] }]);
  expect(messages[0]?.pieces).toEqual([{ at: 0, bytes: data.subarray(0, 65_536) }]);
});

test('of a message without its offer no checksum is a piece', async () => {
  const data = Buffer.from('minitalk');
  const events = captured({ session: 5, message: 1, mode: 'bit', data }).filter(isData);
  const { messages } = await decode(events.slice(8 * 6));
  expect(messages[0]?.pieces).toEqual([{ at: 6, bytes: Buffer.from('lk') }]);
  expect((await decode(events.slice(8 * 8))).messages[0]?.pieces).toEqual([]);
});

test('whether it was delivered is what the word of its session says', async () => {
  const of = (session: number, message: number) =>
    captured({ session, message, mode: 'word', data: Buffer.from('x') });
  const word = { way: 'out', signal: 'SIGUSR2', code: 'SI_QUEUE', pid: CLIENT } as const;
  const { messages } = await decode([
    ...[...of(5, 1), ...of(6, 1)].map((event) => ({ ...event, t: 1 })),
    { t: 2, is: 'delivered', ...word, session: 6, message: 1 },
    { t: 3, is: 'delivered', ...word, session: 5, message: 2 },
  ]);
  expect(messages.map(({ session, isDelivered }) => [session, isDelivered])).toEqual([
    [5, false],
    [6, true],
  ]);
});

test('data of grants that were given before the recording began are counted', async () => {
  const events = captured({ session: 5, message: 1, mode: 'bit', data: Buffer.from('x') })
    .filter(isData)
    .map(({ session, message, frame, ...event }) => event as RecordedEvent);
  expect(await decode(events)).toEqual({ messages: [], unplaced: 40 });
});

test('messages of several sessions and processes are kept apart', async () => {
  const data = (text: string) => Buffer.from(text);
  const events = [
    ...captured({ session: 5, message: 1, mode: 'word', data: data('one') }),
    ...captured({ session: 6, message: 1, mode: 'word', data: data('two') }),
    ...captured({ session: 5, message: 1, mode: 'word', data: data('three') }).map((event) => ({
      ...event,
      pid: 9,
    })),
  ];
  const server = write('server', recordingOf(header(), events));
  const client = write(
    'client',
    recordingOf(
      header({ pid: CLIENT }),
      sent({ session: 5, message: 1, mode: 'word', data: data('four') }),
    ),
  );
  const { messages } = messagesOf(await readRecording([server, client]));
  expect(messages.map((each) => [each.process.pid, each.way, String(each.data)]).sort()).toEqual([
    [4242, 'in', 'one'],
    [4242, 'in', 'three'],
    [4242, 'in', 'two'],
    [CLIENT, 'out', 'four'],
  ]);
});

test('whatever events there are, nothing is said to be whole that is not', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyEvent), async (events) => {
      for (const { data, length } of (await decode(events)).messages) {
        expect([undefined, length]).toContain(data?.length);
      }
    }),
  );
});

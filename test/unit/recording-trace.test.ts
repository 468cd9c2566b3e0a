// A recording as a trace: what the Trace Event Format wants of it, and what its arrows join.
import fc from 'fast-check';
import { pairsOf } from '../../lib/recording/pairs.js';
import { type Recording, readRecording } from '../../lib/recording/read.js';
import { trace } from '../../lib/recording/trace-event/trace.js';
import {
  anyEvent,
  CLIENT,
  conversation,
  header,
  recordingFolder,
  recordingOf,
} from '../support/recordings.js';

const write = recordingFolder();

interface Entry {
  readonly ph: string;
  readonly name: string;
  readonly cat?: string;
  readonly pid: number;
  readonly tid?: number;
  readonly ts: number;
  readonly dur: number;
  readonly id?: number;
  readonly bp?: string;
  readonly args?: Record<string, unknown>;
}

interface Arrow {
  readonly name: string;
  readonly from: Entry;
  readonly to: Entry;
}

const inside = (slice: Entry, { pid, tid, ts }: Entry) =>
  slice.pid === pid && slice.tid === tid && slice.ts <= ts && ts < slice.ts + slice.dur;
const ns = (us: number) => Math.round(us * 1000);

/** What is in it, after all that the format wants was seen to. */
function traced(recording: Recording): { slices: Entry[]; arrows: Arrow[]; names: Entry[] } {
  const text = [...trace(recording)].join('');
  const { displayTimeUnit, traceEvents } = JSON.parse(text) as {
    displayTimeUnit: string;
    traceEvents: Entry[];
  };
  expect(displayTimeUnit).toBe('ns');
  const of = (...phases: string[]) => traceEvents.filter(({ ph }) => phases.includes(ph));
  const slices = of('X');
  expect(of('X', 's', 'f', 'M')).toHaveLength(traceEvents.length);

  const names = of('M');
  const threads = names.filter(({ name }) => name === 'thread_name');
  const threadOf = ({ pid, tid }: Entry) => `${pid}/${tid}`;
  expect(new Set(threads.map(threadOf)).size).toBe(threads.length);
  expect(new Set(slices.map(threadOf))).toEqual(new Set(threads.map(threadOf)));
  const processes = names.filter(({ name }) => name === 'process_name').map(({ pid }) => pid);
  for (const { pid } of slices) expect(processes).toContain(pid);

  const ends = new Map<string, number>();
  for (const slice of [...slices].sort((a, b) => a.ts - b.ts)) {
    expect(ns(slice.dur)).toBeGreaterThan(0);
    expect(ns(slice.ts)).toBeGreaterThanOrEqual(ends.get(threadOf(slice)) ?? 0);
    ends.set(threadOf(slice), ns(slice.ts) + ns(slice.dur));
  }

  const starts = of('s');
  const finishes = new Map(of('f').map((entry) => [entry.id, entry]));
  expect(new Set(starts.map(({ id }) => id)).size).toBe(starts.length);
  expect(finishes.size).toBe(of('f').length);
  expect(finishes.size).toBe(starts.length);
  const arrows = starts.map((start) => {
    const finish = finishes.get(start.id) as Entry;
    expect(finish).toMatchObject({ name: start.name, cat: start.cat, bp: 'e' });
    expect(finish.ts).toBeGreaterThanOrEqual(start.ts);
    const [from, to] = [start, finish].map((end) => slices.filter((each) => inside(each, end)));
    expect([from?.length, to?.length]).toEqual([1, 1]);
    return { name: start.name, from: from?.[0] as Entry, to: to?.[0] as Entry };
  });
  return { slices, arrows, names };
}

const { server, client } = conversation(Buffer.from('Hi'));
const isSignal = (event: object) => 'way' in event;

async function bothSides(): Promise<Recording> {
  const command = 'minitalk client';
  return readRecording([
    write('server', recordingOf(header(), server)),
    write('client', recordingOf(header({ pid: CLIENT, command }), client)),
  ]);
}

test('each signal is a slice on its thread, with all that is known of it', async () => {
  const { slices, names } = traced(await bothSides());
  expect(slices).toHaveLength(
    [...server, ...client].filter((event) => isSignal(event) || event.is === 'frame').length,
  );
  expect(names.map(({ pid, args }) => [pid, args?.['name']])).toEqual([
    [4242, 'minitalk server'],
    [CLIENT, 'minitalk client'],
    [CLIENT, 'sent'],
    [CLIENT, `thread ${CLIENT}`],
    [4242, 'thread 4242'],
    [4242, 'sent'],
    [4242, 'event loop'],
  ]);
  const bit = server.find((event) => event.is === 'bit');
  const { t, is, ...rest } = bit as { t: number; is: string };
  expect(slices).toContainEqual({
    ph: 'X',
    name: 'bit 0',
    cat: 'bit',
    pid: 4242,
    tid: 4242,
    ts: t / 1000,
    dur: 1,
    args: { t, ...rest },
  });
});

test('an arrow goes from each signal that was sent to where it was captured', async () => {
  const { arrows } = traced(await bothSides());
  const signals = arrows.filter(({ name }) => name === 'signal');
  expect(signals).toHaveLength(server.filter(isSignal).length);
  for (const { from, to } of signals) {
    expect([from.args?.['way'], to.args?.['way']]).toEqual(['out', 'in']);
    expect([from.cat, from.args?.['pid']]).toEqual([to.cat, to.pid]);
    for (const field of ['at', 'one', 'count', 'question', 'session']) {
      expect(from.args?.[field]).toBe(to.args?.[field]);
    }
  }
});

test('an arrow goes from the last data of a frame to the event loop', async () => {
  const { arrows } = traced(await bothSides());
  const last = server.findLast((event) => event.is === 'bit');
  expect(arrows.filter(({ name }) => name === 'frame')).toMatchObject([
    { from: { cat: 'bit', args: { t: last?.t } }, to: { name: 'frame 0', cat: 'frame' } },
  ]);
});

test('one side alone has no arrows between processes', async () => {
  const recording = await readRecording(write('server', recordingOf(header(), server)));
  expect(traced(recording).arrows.map(({ name }) => name)).toEqual(['frame']);
});

const bit = { is: 'bit', signal: 'SIGUSR1', code: 'SI_TKILL', grant: 1, one: 0 } as const;

test('of a bit that was dropped and sent again it is the second that was captured', async () => {
  const sent = [10, 20].map((t) => ({ t, ...bit, way: 'out' as const, pid: 4242, at: 3 }));
  const recording = await readRecording([
    write('client', recordingOf(header({ pid: CLIENT }), sent)),
    write(
      'server',
      recordingOf(header(), [
        { t: 30, ...bit, way: 'in', pid: CLIENT, at: 3 },
        { t: 40, ...bit, way: 'in', pid: CLIENT, at: 3, spare: true },
      ]),
    ),
  ]);
  expect([...pairsOf(recording)].map(([to, from]) => [from.t, to.t])).toEqual([[20, 30]]);
});

const offer = {
  is: 'offer',
  signal: 'SIGUSR2',
  code: 'SI_QUEUE',
  thread: 4242,
  session: 7,
} as const;
const offered = { ...offer, message: 1, length: 5, mode: 'bit' } as const;

test('of a word that was repeated while it was pending it is the first that was captured', async () => {
  const recording = await readRecording([
    write(
      'client',
      recordingOf(
        header({ pid: CLIENT }),
        [10, 20, 50].map((t) => ({ t, ...offered, way: 'out' as const, pid: 4242 })),
      ),
    ),
    write(
      'server',
      recordingOf(
        header(),
        [30, 60].map((t) => ({ t, ...offered, way: 'in' as const, pid: CLIENT })),
      ),
    ),
  ]);
  expect([...pairsOf(recording)].map(([to, from]) => [from.t, to.t])).toEqual([
    [10, 30],
    [50, 60],
  ]);
});

test("what was sent while a stranger's signal was pending was dropped", async () => {
  const stray = { is: 'signal', signal: 'SIGUSR2', code: 'SI_TKILL', thread: 4242 } as const;
  const recording = await readRecording([
    write(
      'client',
      recordingOf(
        header({ pid: CLIENT }),
        [10, 30].map((t) => ({ t, ...offered, way: 'out' as const, pid: 4242 })),
      ),
    ),
    write(
      'server',
      recordingOf(header(), [
        { t: 20, ...stray, way: 'in', pid: 99, stray: true },
        { t: 40, ...offered, way: 'in', pid: CLIENT },
      ]),
    ),
  ]);
  expect([...pairsOf(recording)].map(([to, from]) => [from.t, to.t])).toEqual([[30, 40]]);
});

test('realtime signals queue: the first that was sent is the first that is captured', async () => {
  const word = { ...bit, is: 'word', signal: 'SIGRTMIN+7', data: '00', at: 0 } as const;
  const recording = await readRecording([
    write(
      'client',
      recordingOf(
        header({ pid: CLIENT }),
        [10, 20].map((t) => ({ t, ...word, way: 'out' as const, pid: 4242 })),
      ),
    ),
    write(
      'server',
      recordingOf(
        header(),
        [30, 40].map((t) => ({ t, ...word, way: 'in' as const, pid: CLIENT })),
      ),
    ),
  ]);
  expect([...pairsOf(recording)].map(([to, from]) => [from.t, to.t])).toEqual([
    [10, 30],
    [20, 40],
  ]);
});

test('what was captured before it was sent is another', async () => {
  const recording = await readRecording([
    write(
      'client',
      recordingOf(header({ pid: CLIENT }), [{ t: 40, ...bit, way: 'out', pid: 4242, at: 3 }]),
    ),
    write('server', recordingOf(header(), [{ t: 30, ...bit, way: 'in', pid: CLIENT, at: 3 }])),
  ]);
  expect(pairsOf(recording).size).toBe(0);
});

test('whatever is recorded, the trace is as the format wants it', async () => {
  const near = anyEvent.map((event) => ({
    ...event,
    t: event.t % 3000,
    ...('way' in event ? { pid: (event.pid % 2) + 1 } : {}),
  }));
  await fc.assert(
    fc.asyncProperty(fc.array(near), fc.array(near), async (one, two) => {
      const recording = await readRecording([
        write('one', recordingOf(header({ pid: 1 }), one)),
        write('two', recordingOf(header({ pid: 2 }), two)),
      ]);
      const { slices } = traced(recording);
      expect(slices).toHaveLength([...one, ...two].filter(({ is }) => is !== 'end').length);
    }),
  );
});

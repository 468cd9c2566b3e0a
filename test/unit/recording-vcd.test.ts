// A recording as a value change dump, as GTKWave's own programs read it.
import { execFileSync, spawnSync } from 'node:child_process';
import fc from 'fast-check';
import type { RecordedEvent } from '../../lib/recording/format.js';
import { readRecording } from '../../lib/recording/read.js';
import { vcd } from '../../lib/recording/vcd/vcd.js';
import {
  anyEvent,
  CLIENT,
  captured,
  conversation,
  header,
  recordingFolder,
  recordingOf,
} from '../support/recordings.js';

const write = recordingFolder();
/** Skipped, and said to be, where GTKWave is not installed. */
const testWithGtkwave = spawnSync('vcd2fst', ['-h']).error === undefined ? test : test.skip;

interface Wire {
  readonly width: number;
  /** Its changes after the beginning: when, and to what. */
  readonly changes: [t: number, value: string][];
}

/** Reads what fst2vcd writes, which is simple. */
function parse(text: string): Record<string, Wire> {
  const byId = new Map<string, Wire>();
  const wires: Record<string, Wire> = {};
  const scopes: string[] = [];
  let t = 0;
  let isDump = false;
  for (const line of text.split('\n')) {
    const words = line.split(' ');
    const [first = '', second = '', third = '', id = '', name = ''] = words;
    if (first === '$scope') scopes.push(third);
    else if (first === '$upscope') scopes.pop();
    else if (first === '$var') {
      const wire = byId.get(id) ?? { width: Number(third), changes: [] };
      byId.set(id, wire);
      wires[[...scopes, name].join('.')] = wire;
    } else if (first === '$dumpvars') isDump = true;
    else if (first === '$end') isDump = false;
    else if (first.startsWith('#')) t = Number(first.slice(1));
    else if (/^[01xz]./.test(line)) {
      if (!isDump) byId.get(line.slice(1))?.changes.push([t, line.charAt(0)]);
    } else if (first.startsWith('b') && !isDump)
      byId.get(second)?.changes.push([t, first.slice(1)]);
  }
  expect(scopes).toEqual([]);
  return wires;
}

/** Through GTKWave's format and back. */
async function readBack(...files: [name: string, text: string][]): Promise<Record<string, Wire>> {
  const paths = files.map(([name, text]) => write(name, text));
  const path = write('dump.vcd', [...vcd(await readRecording(paths))].join(''));
  const converted = spawnSync('vcd2fst', [path, `${path}.fst`], { encoding: 'utf8' });
  expect([converted.status, converted.stderr]).toEqual([0, '']);
  return parse(execFileSync('fst2vcd', [`${path}.fst`], { encoding: 'utf8', maxBuffer: 1 << 30 }));
}

const rises = (wire: Wire | undefined) =>
  wire?.changes.filter(([, value]) => value === '1').map(([t]) => t);
const values = (wire: Wire | undefined) =>
  wire?.changes
    .filter(([, value]) => !value.includes('x'))
    .map(([t, value]) => [t, Number.parseInt(value, 2)]);
const where = (events: readonly RecordedEvent[], is: (event: RecordedEvent) => boolean) =>
  events.filter(is).map(({ t }) => t);

testWithGtkwave('both sides of a conversation are there, each signal at its time', async () => {
  const text = 'Hello, all';
  const { server, client } = conversation(Buffer.from(text));
  const wires = await readBack(
    ['server', recordingOf(header(), server)],
    ['client', recordingOf(header({ pid: CLIENT, command: 'minitalk client' }), client)],
  );
  const sides = [
    { scope: `minitalk_server_4242.from_${CLIENT}`, events: server, extra: ['frame'] },
    { scope: `minitalk_client_${CLIENT}.to_4242`, events: client, extra: [] },
  ];
  const names = ['ack', 'answer', 'byte', 'control', 'count', 'query', 'usr1', 'usr2'];
  expect(Object.keys(wires).sort()).toEqual(
    sides
      .flatMap(({ scope, extra }) => [...names, ...extra].map((name) => `${scope}.${name}`))
      .sort(),
  );
  for (const { scope, events } of sides) {
    const wire = (name: string) => wires[`${scope}.${name}`];
    for (const name of ['ack', 'answer', 'query']) {
      expect(rises(wire(name))).toEqual(where(events, (event) => event.is === name));
    }
    for (const one of [0, 1] as const) {
      expect(rises(wire(`usr${one + 1}`))).toEqual(
        where(events, (event) => event.is === 'bit' && event.one === one),
      );
    }
    expect(values(wire('count'))).toEqual(
      events.flatMap((event) =>
        event.is === 'ack' || event.is === 'answer' ? [[event.t, event.count]] : [],
      ),
    );
    // A byte shows when its last bit is there; 'l' after 'l' one ns later.
    const last = where(
      events,
      (event) => event.is === 'bit' && event.bit === 7 && event.byte !== undefined,
    );
    const isTwice = (i: number) => i > 0 && text[i] === text[i - 1];
    expect(values(wire('byte'))).toEqual(
      [...Buffer.from(text)].map((byte, i) => [(last[i] as number) + (isTwice(i) ? 1 : 0), byte]),
    );
    expect(wire('byte')?.width).toBe(8);
    expect(values(wire('control'))?.map(([, kind]) => kind)).toEqual([1, 8, 2, 9, 13]);
  }
  expect(rises(wires[`minitalk_server_4242.from_${CLIENT}.frame`])).toEqual(
    where(server, (event) => event.is === 'frame'),
  );
});

testWithGtkwave('data words are a bus', async () => {
  const data = Buffer.from('a message of two words');
  const events = captured({ session: 5, message: 1, mode: 'word', data });
  const wires = await readBack(['recording', recordingOf(header(), events)]);
  const word = wires[`minitalk_server_4242.from_${CLIENT}.word`];
  const shown = word?.changes.map(([t, value]) => [t, BigInt(`0b${value}`)]);
  expect(shown).toEqual(
    events.flatMap((event) => (event.is === 'word' ? [[event.t, BigInt(`0x${event.data}`)]] : [])),
  );
  expect(word?.width).toBe(192);
});

const plain = { way: 'in', code: 'SI_USER', is: 'signal' } as const;

testWithGtkwave('signals at the same moment are moved, and none is lost', async () => {
  const events: RecordedEvent[] = [0, 10, 10, 10, 11, 20].map((t) => ({
    t,
    ...plain,
    signal: 'SIGUSR1',
    pid: 7,
    stray: true,
  }));
  const wires = await readBack(['recording', recordingOf(header(), events)]);
  for (const name of ['usr1', 'stray']) {
    const wire = wires[`minitalk_server_4242.from_7.${name}`];
    expect(rises(wire)).toEqual([1, 10, 12, 14, 16, 20]);
    expect(wire?.changes.filter(([, value]) => value === '0')).toHaveLength(6);
  }
});

testWithGtkwave('each sender has its own wires, as few as it needs', async () => {
  const events: RecordedEvent[] = [
    { t: 1, ...plain, signal: 'SIGTERM', pid: 0 },
    { t: 2, ...plain, signal: 'SIGRTMIN+7', pid: 9, late: true },
    { t: 3, ...plain, signal: 'SIGHUP', way: 'out', pid: 9, error: 'EAGAIN' },
    { t: 4, is: 'unrecorded', count: 12 },
    { t: 5, is: 'end' },
  ];
  const first = header({ command: 'a $end of\nwhat?', started: '$end $scope module x $end' });
  const wires = await readBack(['recording', recordingOf(first, events)]);
  expect(Object.entries(wires).map(([name, wire]) => [name, rises(wire)])).toEqual([
    ['a_end_of_what_4242.from_0.term', [1]],
    ['a_end_of_what_4242.from_9.rtmin_7', [2]],
    ['a_end_of_what_4242.from_9.late', [2]],
    ['a_end_of_what_4242.to_9.failed', [3]],
    ['a_end_of_what_4242.unrecorded', [4]],
  ]);
});

testWithGtkwave('more wires than there are printable characters', async () => {
  const events = Array.from(
    { length: 9000 },
    (_, pid): RecordedEvent => ({ t: pid + 1, ...plain, signal: 'SIGHUP', pid }),
  );
  const wires = Object.values(await readBack(['recording', recordingOf(header(), events)]));
  expect(wires.map(rises)).toEqual(events.map(({ t }) => [t]));
});

testWithGtkwave('whatever is recorded, GTKWave reads it, and no signal is missing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyEvent), async (some) => {
      // What has no wires GTKWave takes for a mistake.
      const events: RecordedEvent[] = [...some, { t: 0, is: 'unrecorded', count: 1 }];
      const wires = await readBack(['recording', recordingOf(header(), events)]);
      const pulses = (names: RegExp) =>
        Object.entries(wires)
          .filter(([name]) => names.test(name))
          .reduce((sum, [, wire]) => sum + (rises(wire)?.length ?? 0), 0);
      const count = (is: (event: RecordedEvent) => boolean) => events.filter(is).length;
      const isSent = (event: RecordedEvent) => !('error' in event);
      const physical = ['bit', 'word', 'step', 'signal'];
      expect(pulses(/\.(usr1|usr2|term|rtmin_7)$/)).toBe(
        count((event) => physical.includes(event.is) && isSent(event)),
      );
      for (const is of ['ack', 'answer', 'query'] as const) {
        expect(pulses(new RegExp(`\\.${is}$`))).toBe(
          count((event) => event.is === is && isSent(event)),
        );
      }
      expect(pulses(/\.failed$/)).toBe(count((event) => !isSent(event)));
      expect(pulses(/\.(frame|unrecorded)$/)).toBe(
        count(({ is }) => is === 'frame' || is === 'unrecorded'),
      );
    }),
    { numRuns: 30 },
  );
});

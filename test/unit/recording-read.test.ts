// Reading recordings: what was written comes back, and what is none is said to be none, with its line.
import fc from 'fast-check';
import type { Header, RecordedEvent } from '../../lib/recording/format.js';
import { type Recording, readRecording } from '../../lib/recording/read.js';
import { anyEvent, header, recordingFolder, recordingOf } from '../support/recordings.js';

const write = recordingFolder();

/** Of events: what stood in their lines. */
function written(recording: Recording): RecordedEvent[] {
  return recording.events.map(({ process, ...event }) => event as RecordedEvent);
}

const end = (t: number): RecordedEvent => ({ t, is: 'end' });
const times = (recording: Recording) => recording.events.map(({ t }) => t);

test('what is written is read, in the order of time', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyEvent), async (events) => {
      const file = write('a', recordingOf(header(), events));
      const recording = await readRecording(file);
      expect(recording.processes).toEqual([
        { pid: 4242, command: 'minitalk server', started: header().started, files: [file] },
      ]);
      expect(recording.cutOff).toEqual([]);
      expect(recording.clock).toBe(1_000_000_000n);
      expect(written(recording)).toEqual([...events].sort((a, b) => a.t - b.t));
      for (const { process } of recording.events) expect(process).toBe(recording.processes[0]);
    }),
    { numRuns: 50 },
  );
});

test('lines are whole wherever a chunk ends, also in the middle of a character', async () => {
  const signals = 'ä€𐍈'.repeat(9);
  const events = Array.from({ length: 20_000 }, (_, t) => ({
    t,
    is: 'signal' as const,
    way: 'in' as const,
    signal: signals.slice(0, t % 20),
    code: 'SI_USER',
    pid: 7,
  }));
  const text = recordingOf(header(), events);
  expect(text.length).toBeGreaterThan(1 << 20);
  const recording = await readRecording(write('long', text));
  expect(JSON.stringify(written(recording))).toBe(JSON.stringify(events));
});

test('fields and kinds that are not known are skipped', async () => {
  const more = { ...header(), colour: 'red' } as Header;
  const events = [
    { t: 1, is: 'dance', pid: 'x' },
    { t: 2, is: 'end', why: [] },
  ];
  const file = write('newer', recordingOf(more, events as unknown as RecordedEvent[]));
  expect(written(await readRecording(file))).toEqual([events[1]]);
});

test('recordings of several processes have one time, the earliest clock’s', async () => {
  const server = write(
    's',
    recordingOf(header({ clock: '5000000000000000100' }), [end(0), end(70)]),
  );
  const client = write(
    'c',
    recordingOf(header({ pid: 5, command: 'minitalk client', clock: '5000000000000000050' }), [
      end(40),
      end(60),
    ]),
  );
  const recording = await readRecording([server, client]);
  expect(recording.clock).toBe(5_000_000_000_000_000_050n);
  expect(recording.processes.map(({ pid }) => pid)).toEqual([4242, 5]);
  expect(recording.events.map(({ t, process }) => [t, process.pid])).toEqual([
    [40, 5],
    [50, 4242],
    [60, 5],
    [120, 4242],
  ]);
});

test('the parts of a recording are one, in whichever order they are given', async () => {
  const newer = write('r', recordingOf(header({ part: 4, clock: '1000000300' }), [end(5)]));
  const older = write('r.1', recordingOf(header({ part: 3, clock: '1000000100' }), [end(5)]));
  for (const files of [
    [newer, older],
    [older, newer],
  ]) {
    const { processes, events } = await readRecording(files);
    expect(processes).toMatchObject([{ pid: 4242, files: [older, newer] }]);
    expect(events.map(({ t, process }) => [t, process])).toEqual([
      [5, processes[0]],
      [205, processes[0]],
    ]);
  }
});

test('parts that all count from the recording’s beginning are one, too', async () => {
  const newer = write('r', recordingOf(header({ part: 1 }), [end(9)]));
  const older = write('r.1', recordingOf(header({ part: 0 }), [end(5)]));
  const recording = await readRecording([newer, older]);
  expect(recording.processes).toMatchObject([{ files: [older, newer] }]);
  expect(times(recording)).toEqual([5, 9]);
});

test('a process that got the pid of another is another', async () => {
  const files = [
    write('a', recordingOf(header({ clock: '1' }), [])),
    write('b', recordingOf(header({ clock: '2' }), [])),
  ];
  expect((await readRecording(files)).processes).toHaveLength(2);
});

test('a last line that was not written to its end is left out, and told', async () => {
  const text = recordingOf(header(), [end(1), end(2)]);
  const lastLine = text.lastIndexOf('{');
  for (let length = lastLine; length <= text.length; length += 1) {
    const file = write('cut', text.slice(0, length));
    const recording = await readRecording(file);
    const isThere = length >= text.length - 1; // a newline alone is no loss
    expect(times(recording)).toEqual(isThere ? [1, 2] : [1]);
    expect(recording.cutOff).toEqual(isThere || length === lastLine ? [] : [{ file, line: 3 }]);
  }
});

test('a file that ends anywhere is read as far as it goes, or is no recording', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyEvent, { maxLength: 5 }), fc.nat(), async (events, at) => {
      const bytes = Buffer.from(recordingOf(header(), events));
      const cut = bytes.subarray(0, at % bytes.length);
      const newlines = cut.filter((byte) => byte === 0x0a).length;
      const file = write('cut', cut);
      const reading = readRecording(file);
      if (newlines === 0 && cut.length < bytes.indexOf('\n')) {
        await expect(reading).rejects.toMatchObject({
          name: 'MinitalkError',
          code: 'ERR_INVALID_RECORDING',
          message: expect.stringContaining(`${file}:1: `),
        });
      } else {
        const whole = events.slice(0, Math.max(0, newlines - 1));
        expect((await reading).events.length).toBeGreaterThanOrEqual(whole.length);
        expect((await reading).cutOff.length + (await reading).events.length - whole.length).toBe(
          cut.at(-1) === 0x0a || newlines === 0 ? 0 : 1,
        );
      }
    }),
  );
});

test('any other file is no recording, and its first line is where that is seen', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.uint8Array(), fc.json(), fc.string()), async (content) => {
      const file = write('foreign', content);
      await expect(readRecording(file)).rejects.toMatchObject({
        code: 'ERR_INVALID_RECORDING',
        message: expect.stringContaining(`${file}:1: this is no`),
      });
    }),
  );
});

const aBit = { t: 1, is: 'bit', way: 'in', signal: 'SIGUSR1', code: 'SI_TKILL', pid: 7, one: 0 };

test.each([
  ['', ': this is no recording: it is empty'],
  ['\n', ':1: this is not JSON: '],
  ['[]\n', ':1: this is no JSON object: []'],
  [
    '{"name":"x"}\n',
    ':1: this is no recording: its first line does not say {"minitalk":"recording"}',
  ],
  [{ version: 2 }, ':1: it is of version 2, and 1 is the one that can be read'],
  [{ clock: 12 }, ':1: "clock" is 12: expected decimal digits in a string'],
  [{ part: undefined }, ':1: "part" is missing: expected a whole number from 0'],
] as const)('a first line that is none: %j', async (first, message) => {
  const text = typeof first === 'string' ? first : recordingOf(header(first as object), [end(1)]);
  await expect(readRecording(write('first', text))).rejects.toThrow(message);
});

test.each([
  ['{"t":1,\n', 'this is not JSON: {"t":1,'],
  ['\n', 'this is not JSON: '],
  ['"x"\n', 'this is no JSON object: "x"'],
  [header(), 'another recording begins here: give it as a file of its own'],
  [{ t: 1 }, '"is" is missing: expected a string'],
  [{ t: -1, is: 'end' }, '"t" is -1: expected a whole number from 0'],
  [{ t: '1', is: 'end' }, '"t" is "1": expected a whole number from 0'],
  [{ ...aBit, at: 0 }, '"grant" is missing: expected a whole number from 0'],
  [{ ...aBit, at: 0, grant: 1, one: 2 }, '"one" is 2: expected 0 or 1'],
  [{ ...aBit, at: 0, grant: 1, spare: 'no' }, '"spare" is "no": expected true'],
  [{ ...aBit, at: 0, grant: 1, way: 'up' }, '"way" is "up": expected "in" or "out"'],
  [{ ...aBit, at: 0, grant: 1, bit: 8 }, '"bit" is 8: expected 0 to 7'],
  [
    { ...aBit, is: 'word', at: 0, grant: 1, data: 'xyz'.repeat(99) },
    `"data" is "${'xyz'.repeat(99).slice(0, 59)}…: expected at most 24 bytes in hexadecimal`,
  ],
  [{ ...aBit, is: 'signal', value: 7 }, '"value" is 7: expected "0x" and hexadecimal digits'],
] as const)('a wrong line: %j', async (line, message) => {
  const text = typeof line === 'string' ? line : `${JSON.stringify(line)}\n`;
  const file = write('wrong', recordingOf(header(), [end(1)]) + text + recordingOf(header(), []));
  await expect(readRecording(file)).rejects.toThrow(`${file}:3: ${message}`);
});

test('a file without lines is not read to its end', async () => {
  const file = write('image', recordingOf(header(), []) + '\0'.repeat(3 << 20));
  await expect(readRecording(file)).rejects.toThrow(
    `${file}:2: this line is longer than 1048576 bytes`,
  );
});

test('recordings that have no clock in common are not read together', async () => {
  const a = write('a', recordingOf(header(), []));
  const b = write('b', recordingOf(header({ boot: 'another' }), []));
  await expect(readRecording([a, b])).rejects.toThrow(
    `${b}:1: the machine was booted between this recording and ${a}: `,
  );
});

test('the same recording twice is a mistake', async () => {
  const file = write('a', recordingOf(header(), [end(1)]));
  await expect(readRecording([file, file])).rejects.toThrow(
    `${file}:1: this is the same recording as ${file}`,
  );
});

test('what cannot be read is said as the system says it, by its name', async () => {
  await expect(readRecording('/nonexistent')).rejects.toMatchObject({
    code: 'ENOENT',
    syscall: 'open',
  });
  await expect(readRecording('/tmp')).rejects.toThrow(
    "EISDIR: illegal operation on a directory, read '/tmp'",
  );
  await expect(readRecording([])).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' });
});

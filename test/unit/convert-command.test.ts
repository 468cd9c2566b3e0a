// What minitalk convert makes of recordings, and what it says of those that are none.
import { existsSync, readFileSync } from 'node:fs';
import type { convertCommand } from '../../lib/cli/commands/convert.js';
import { keepOutput } from '../support/printed.js';
import {
  CLIENT,
  captured,
  conversation,
  header,
  recordingFolder,
  recordingOf,
} from '../support/recordings.js';
import { keepStandardError } from '../support/standard-error.js';

const write = recordingFolder();
const said = keepStandardError();
const printed = keepOutput();

function convert(...args: string[]): Promise<number> {
  const module = require('../../lib/cli/commands/convert.js');
  return (module.convertCommand as typeof convertCommand)(args);
}

const text = 'Hello\u0085, all';
const { server, client } = conversation(Buffer.from(text));
const serverFile = write('server.ndjson', recordingOf(header(), server));
const clientFile = write(
  'client.ndjson',
  recordingOf(header({ pid: CLIENT, command: 'minitalk client' }), client),
);
const lines = () =>
  printed.text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));

test.each([
  ['vcd', /^\$date [\s\S]*\$enddefinitions \$end\n#0\n/],
  ['json', /^\{"displayTimeUnit":"ns","traceEvents":\[\n[\s\S]*\n\]\}\n$/],
  ['ndjson', /^\{"sender":[^\n]*\}\n\{[^\n]*\}\n$/],
])('the ending .%s says the format', async (ending, content) => {
  const output = write(`out.${ending}`, 'what was there before');
  expect(await convert(serverFile, clientFile, '-o', output)).toBe(0);
  expect(readFileSync(output, 'utf8')).toMatch(content);
  expect([printed.text, said]).toEqual(['', []]);
});

test.each(['vcd', 'trace', 'messages'])('--to %s says it, too', async (format) => {
  const output = write('out', '');
  expect(await convert(serverFile, '--to', format, '--output', output)).toBe(0);
  expect(await convert('--to', format, serverFile)).toBe(0);
  expect(readFileSync(output, 'utf8')).toBe(printed.text);
  expect(printed.text.length).toBeGreaterThan(100);
});

test('the messages of both sides, as JSON', async () => {
  expect(await convert('--to', 'messages', serverFile, clientFile)).toBe(0);
  const both = {
    sender: CLIENT,
    receiver: 4242,
    session: 77,
    message: 1,
    mode: 'bit',
    bytes: Buffer.byteLength(text),
    delivered: true,
    whole: true,
    text,
  };
  expect(lines()).toEqual([
    expect.objectContaining({ ...both, recordedBy: CLIENT }),
    expect.objectContaining({ ...both, recordedBy: 4242 }),
  ]);
  expect(printed.text).not.toContain('\u0085'); // a terminal may follow it
});

test('bytes that are no UTF-8 are base64, and so are pieces', async () => {
  const data = Buffer.from([0xff, 1, 2, 0x41]);
  const events = captured({ session: 5, message: 1, mode: 'bit', data });
  const file = write('bytes', recordingOf(header(), events));
  expect(await convert('--to', 'messages', file)).toBe(0);
  const some = events.filter((event) => !('byte' in event) || event.byte !== 2);
  expect(await convert('--to', 'messages', write('some', recordingOf(header(), some)))).toBe(0);
  expect(lines()).toMatchObject([
    { whole: true, base64: data.toString('base64') },
    {
      whole: false,
      pieces: [
        { at: 0, base64: '/wE=' },
        { at: 3, text: 'A' },
      ],
      wrongFrames: [],
    },
  ]);
});

test('what is not all there is told, and the rest converted', async () => {
  const late = server.map((event) =>
    event.is === 'bit' && (event.at as number) < 2
      ? (({ session, message, frame, ...rest }) => rest)(event)
      : event,
  );
  const unrecorded = [5, 7].map((count, t) => ({ t, is: 'unrecorded' as const, count }));
  const text = recordingOf(header(), [...late, ...unrecorded]);
  const file = write('cut', `${text}{"t":1,`);
  expect(await convert('--to', 'messages', file)).toBe(0);
  expect(said).toEqual([
    `minitalk convert: ${file}:${text.split('\n').length}: this line was not written to its end: it is left out\n`,
    'minitalk convert: 12 signals came too fast to be recorded\n',
    'minitalk convert: 2 data signals are of grants from before the recording, and in no message\n',
  ]);
  expect(lines()).toMatchObject([{ whole: false }]);
});

test.each([
  [[serverFile], 64, 'no format: say --to vcd, trace, messages, or --output'],
  [[serverFile, '-o', 'x.svg'], 64, 'no format: "x.svg" does not end in .vcd, .json, .ndjson: '],
  [[serverFile, '-o', 'x.constructor'], 64, 'no format: "x.constructor" does not end in '],
  [[serverFile, '--to', 'svg'], 64, "option '--to <format>' argument 'svg' is invalid."],
  [['-o', 'x.vcd'], 64, "missing required argument 'recording'"],
  [[serverFile, '-o', serverFile], 64, `the output is the recording ${serverFile} itself`],
  [['/nonexistent', '--to', 'vcd'], 74, "ENOENT: no such file or directory, open '/nonexistent'"],
  [[serverFile, '-o', '/nonexistent/x.vcd'], 74, 'ENOENT: no such file or directory, open '],
  [
    [serverFile, '-o', '/dev/full', '--to', 'vcd'],
    74,
    "ENOSPC: no space left on device, write '/dev/full'",
  ],
  [[__filename, '--to', 'vcd'], 65, `${__filename}:1: this is not JSON: // What minitalk convert`],
])('%j ends with %d', async (args, code, message) => {
  expect(await convert(...args)).toBe(code);
  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(/^minitalk convert: [^\n]+\n$/);
  expect(said[0]).toContain(message);
  expect(printed.text).toBe('');
});

test('a file that is none leaves the output as it was', async () => {
  const output = write('out.vcd', 'before');
  expect(await convert(__filename, '-o', output)).toBe(65);
  expect(readFileSync(output, 'utf8')).toBe('before');
  expect(await convert(__filename, '-o', `${output}.vcd`)).toBe(65);
  expect(existsSync(`${output}.vcd`)).toBe(false);
});

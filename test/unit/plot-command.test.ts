// What minitalk plot writes, and what it says when it cannot.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { plotCommand } from '../../lib/cli/commands/plot.js';
import { recordingFolder } from '../support/recordings.js';
import { ndjson, SERVER, sendMessage, session, stray } from '../support/sessions.js';
import { keepStandardError } from '../support/standard-error.js';

const said = keepStandardError();
const write = recordingFolder();
const CLIENT = 4712;

const talk = session([SERVER, CLIENT]);
sendMessage(talk, CLIENT, Buffer.from('Hi!'));
stray(talk, 99, 'SIGUSR1');
const [server = '', client = ''] = talk.recordings.map((each) =>
  write(`${each.header.pid}.ndjson`, ndjson(each)),
);
const svg = server.replace(/\w+\.ndjson$/, 'picture.svg');

const drawn = () => readFileSync(svg, 'utf8');

afterEach(() => {
  rmSync(svg, { force: true });
  said.length = 0;
});

test('draws one recording, or several as one', async () => {
  expect(await plotCommand([server, '-o', svg])).toBe(0);
  expect(drawn()).toContain('Signals of minitalk server (pid 4242)</title>');
  expect(drawn()).not.toContain('pending in the kernel');
  expect(await plotCommand([server, client, '-o', svg])).toBe(0);
  expect(drawn()).toContain('minitalk server (pid 4242) and minitalk client (pid 4712)</title>');
  expect(drawn()).toContain('pending in the kernel');
  expect(said).toEqual([]);
});

test('draws a time, and senders', async () => {
  expect(await plotCommand([server, '--sender', '99', '-o', svg])).toBe(0);
  expect(drawn()).toContain('pid 99 ·');
  expect(drawn()).not.toContain('pid 4712 →');
  expect(await plotCommand([server, '--sender', '99', '--sender', '4712', '-o', svg])).toBe(0);
  expect(drawn()).toContain('pid 4712 →');
  expect(await plotCommand([server, '--to', '100us', '-o', svg])).toBe(0);
  expect(drawn()).not.toContain('pid 99 ·');
});

test.each([
  [['--from', '5'], 'no signal is in that time: the recording has '],
  [['--sender', '5', '--sender', '6'], 'no signal of 5 or 6 is in the recording'],
  [['--from', '2ms', '--to', '1ms'], "'--from' is not before '--to'"],
  [['--from', '1h'], 'expected seconds, or a time such as 800us, 20ms, 2s or 1m'],
  [['--sender', 'me'], 'expected a pid'],
])('%j is a mistake', async (args, message) => {
  expect(await plotCommand([server, '-o', svg, ...args])).toBe(64);
  expect(said.join('')).toContain(message);
});

test('what cannot be drawn, or written, is told', async () => {
  expect(await plotCommand([server, '-o', 'picture.png'])).toBe(64);
  expect(await plotCommand([server])).toBe(64);
  expect(await plotCommand(['-o', svg])).toBe(64);
  expect(await plotCommand([server, '-o', '/nonexistent/picture.svg'])).toBe(74);
  expect(await plotCommand(['/nonexistent', '-o', svg])).toBe(74);
  const foreign = write('foreign.svg', 'no recording\n');
  expect(await plotCommand([foreign, '-o', svg])).toBe(65);
  expect(await plotCommand([foreign, '-o', foreign])).toBe(64);
  expect(
    await plotCommand([
      write('empty.ndjson', ndjson({ ...talk.recordings[0], events: [] } as never)),
      '-o',
      svg,
    ]),
  ).toBe(64);
  expect(said.map((line) => line.replace(/\/tmp\S*\//g, ''))).toEqual([
    'minitalk plot: "picture.png" does not end in .svg or .html\n',
    "minitalk plot: required option '-o, --output <path>' not specified (see minitalk plot --help)\n",
    "minitalk plot: missing required argument 'recording' (see minitalk plot --help)\n",
    "minitalk plot: ENOENT: no such file or directory, open '/nonexistent/picture.svg'\n",
    "minitalk plot: ENOENT: no such file or directory, open '/nonexistent'\n",
    'minitalk plot: foreign.svg:1: this is not JSON: no recording\n',
    'minitalk plot: the output is the recording foreign.svg itself\n',
    'minitalk plot: there is no signal in the recording\n',
  ]);
});

test('a line that was not written to its end is left out, and told', async () => {
  const cut = write('cut.ndjson', '');
  writeFileSync(cut, `${readFileSync(server, 'utf8')}{"t":`);
  expect(await plotCommand([cut, '-o', svg])).toBe(0);
  expect(said.join('')).toMatch(/cut\.ndjson:\d+: this line was not written to its end/);
  expect(drawn()).toContain('pid 4712 →');
});

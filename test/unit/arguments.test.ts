// What the words of a command line mean, and what is said of those that mean nothing.
import { clientWithOptions } from '../../lib/cli/arguments/client.js';
import { serverWithOptions } from '../../lib/cli/arguments/server.js';
import {
  parseBurstSignal,
  parseBytes,
  parseTime,
  parseUid,
} from '../../lib/cli/arguments/values.js';
import { keepStandardError } from '../support/standard-error.js';

const said = keepStandardError();

describe('bytes', () => {
  test.each([
    ['0', 0],
    ['1', 1],
    ['3k', 3 * 2 ** 10],
    ['3K', 3 * 2 ** 10],
    ['3M', 3 * 2 ** 20],
    ['3g', 3 * 2 ** 30],
    ['4194303K', 2 ** 32 - 2 ** 10],
    ['4294967295', 2 ** 32 - 1],
  ])('%j are taken', (text, bytes) => {
    expect(parseBytes(text)).toBe(bytes);
  });

  test.each([
    '',
    'K',
    'x',
    '-1',
    '1.5',
    '1T',
    '1 ',
    ' 1',
    '0x1',
    '4G',
    '4294967296',
    '00000000001',
  ])('%j are refused', (text) => {
    expect(() => parseBytes(text)).toThrow('expected bytes, 0 to 4294967295; 64M is 67108864.');
  });
});

describe('a time', () => {
  test.each([
    ['1', 1000],
    ['0.5', 500],
    ['12.25', 12_250],
    ['2000000', 2_000_000_000],
    ['500ms', 500],
    ['2s', 2000],
    ['1.5s', 1500],
    ['3m', 180_000],
  ])('%j is taken, a bare number as seconds', (text, ms) => {
    expect(parseTime(text)).toBe(ms);
  });

  test.each([
    ...['', '0', '0.0', '0ms', '-1', '.5', '5.', ' 1', '1 s', '1e3', 'Infinity', '2000000.5'],
    ...['s', '1S', '1h', '1sec', '1ms2', '2000000001ms'],
  ])('%j is refused', (text) => {
    expect(() => parseTime(text)).toThrow('expected seconds, or a time such as 500ms, 2s or 1m');
  });
});

describe('a user id', () => {
  test('is taken up to the last one, beside the earlier ones', () => {
    expect(parseUid('0', undefined)).toEqual([0]);
    expect(parseUid('4294967294', [0, 5])).toEqual([0, 5, 4294967294]);
  });

  test.each(['', 'root', '-1', '1.5', '4294967295', '00000000001'])('%j is refused', (text) => {
    expect(() => parseUid(text, [5])).toThrow('expected a numeric user id.');
  });
});

describe('a burst signal', () => {
  test.each(['none', 'SIGRTMIN', 'SIGRTMIN+7', 'SIGRTMAX'] as const)('%j is taken', (text) => {
    expect(parseBurstSignal(text)).toBe(text);
  });

  test.each(['', 'None', 'SIGUSR1', 'SIGRTMIN+99', 'SIGRTX', '41'])('%j is refused', (text) => {
    const message = 'expected "none" or a realtime signal such as SIGRTMIN+7.';
    expect(() => parseBurstSignal(text)).toThrow(message);
  });
});

describe('a server', () => {
  /** What it was told, and how it ended. */
  async function serve(...args: string[]) {
    let told: unknown;
    const code = await serverWithOptions(args, 'server', async (options) => {
      told = options;
      return 5;
    });
    return [code, told];
  }

  test('is told each of its options', async () => {
    const options = [
      ...['--json', '--verbose', '--name', 'me', '--allow-uid', '1', '--allow-uid', '2'],
      ...['--max-message', '1K', '--idle-timeout', '2.5', '--burst-signal', 'none'],
      ...['--place', 'off'],
    ];
    const told = {
      json: true,
      verbose: true,
      name: 'me',
      allowUid: [1, 2],
      maxMessage: 1024,
      idleTimeout: 2500,
      burstSignal: 'none',
      place: 'off',
    };
    expect(await serve(...options)).toEqual([5, told]);
    expect(await serve('--dialect', 'end=nul')).toEqual([5, { dialect: 'end=nul', place: 'auto' }]);
    expect(await serve('--raw', '-v')).toEqual([5, { raw: true, verbose: true, place: 'auto' }]);
  });

  test.each([
    [['--raw', '--name'], "option '--name <name>' argument missing"],
    [['--raw', 'extra'], 'too many arguments. Expected 0 arguments but got 1.'],
    [['--nope'], "unknown option '--nope'"],
    [['--max-message', 'x'], 'expected bytes, 0 to'],
    [['--idle-timeout', '0'], 'expected seconds'],
    [['--allow-uid', 'root'], 'expected a numeric user id'],
    [['--burst-signal', '41'], 'expected "none"'],
    [['--place', 'always'], 'Allowed choices are auto, off.'],
    [['--dialect', 'classic', '--name', 'me'], "'--dialect' and '--name' exclude each other"],
    [
      ['--dialect', 'classic', '--burst-signal', 'none'],
      "'--dialect' and '--burst-signal' exclude each other",
    ],
  ])('is not started with %j: 64 and one line, which names the help', async (args, message) => {
    expect(await serve(...args)).toEqual([64, undefined]);
    expect(said).toEqual([
      expect.stringMatching(/^server: (?!error)[^\n]* \(see server --help\)\n$/),
    ]);
    expect(said[0]).toContain(message);
  });

  test('is not started with --json and --raw: the line is JSON', async () => {
    expect(await serve('--json', '--raw')).toEqual([64, undefined]);
    expect(said).toHaveLength(1);
    expect(JSON.parse(said[0] ?? '')).toEqual({
      event: 'error',
      code: 'ERR_USAGE',
      message: "options '--json' and '--raw' exclude each other (see server --help)",
    });
  });
});

describe('a client', () => {
  /** What it was told, and how it ended. */
  async function send(...args: string[]) {
    let told: unknown[] = [];
    const code = await clientWithOptions(args, 'client', async (...given) => {
      told = given;
      return 5;
    });
    return [code, ...told];
  }
  const defaults = { mode: 'bit', place: 'auto', progress: 'auto' };

  test('is told each of its options', async () => {
    const options = ['--timeout', '2.5', '--json', '--quiet', '--force', '--mode', 'word'];
    const told = { ...defaults, timeout: 2500, json: true, quiet: true, force: true, mode: 'word' };
    expect(await send(...options, '--place', 'off', '5', 'text')).toEqual([
      ...[5, '5', 'text'],
      { ...told, place: 'off' },
    ]);
    expect(await send('5', '--file', 'path')).toEqual([
      ...[5, '5', undefined],
      { ...defaults, file: 'path' },
    ]);
    expect(await send('5', '-q', '-t', '1', '-f', 'path')).toEqual([
      ...[5, '5', undefined],
      { ...defaults, file: 'path', quiet: true, timeout: 1000 },
    ]);
    expect(await send('5', '--progress', 'always')).toEqual([
      ...[5, '5', undefined],
      { ...defaults, progress: 'always' },
    ]);
    for (const mode of ['bit', 'word', 'burst', 'auto']) {
      expect(await send('5', '--mode', mode)).toEqual([5, '5', undefined, { ...defaults, mode }]);
    }
  });

  test.each(['-x', '-5', '--nope', '-jf', '--mode-of-transport', '-', '--quietly=1', 'text'])(
    'sends %j, which is no option',
    async (text) => {
      expect(await send('5', text)).toEqual([5, '5', text, defaults]);
    },
  );

  test.each([
    ['-q', { quiet: true }],
    ['--json', { json: true }],
    ['--mode=word', { mode: 'word' }],
    ['--', {}],
  ])('takes %s after its target as an option', async (text, options) => {
    expect(await send('5', text)).toEqual([5, '5', undefined, { ...defaults, ...options }]);
  });

  test('takes any text after --', async () => {
    expect(await send('5', '--', '--json')).toEqual([5, '5', '--json', defaults]);
  });

  test('has no bar among its JSON', async () => {
    expect(await send('5', '--json', '--progress', 'always')).toEqual([64]);
    expect(JSON.parse(said[0] ?? '').message).toContain(
      "'--json' and '--progress always' exclude each other",
    );
  });

  test.each([
    [['5', 'text', '--file', 'path'], "a message and '--file' exclude each other"],
    [['5', '--dialect', 'classic', '--force'], "'--dialect' and '--force' exclude each other"],
    [
      ['5', '--dialect', 'classic', '--mode', 'burst'],
      "'--dialect' and '--mode burst' exclude each other",
    ],
    [['5', '-x', '--force'], "unknown option '-x'"],
    [['-q', '-x'], "unknown option '-x'"],
    [['-x'], "unknown option '-x'"],
    [[], "missing required argument 'target'"],
    [['5', 'a', 'b'], "the message is 2 words: quote the text, as in 'two words'"],
    [['5', 'a', 'b', 'c', '--force'], 'the message is 3 words: quote the text'],
    [['5', '--progress', 'on'], 'Allowed choices are auto, always, never.'],
    [['5', '-q', '--progress', 'always'], "'--quiet' and '--progress always' exclude each other"],
    [['5', '--timeout', '0'], 'expected seconds, or a time such as 500ms'],
    [['5', '--mode', 'bits'], 'Allowed choices are bit, word, burst, auto.'],
    [['5', '--place', 'on'], 'Allowed choices are auto, off.'],
  ])('does not send with %j: 64 and one line', async (args, message) => {
    expect(await send(...args)).toEqual([64]);
    expect(said).toEqual([
      expect.stringMatching(/^client: (?!error)[^\n]* \(see client --help\)\n$/),
    ]);
    expect(said[0]).toContain(message);
  });
});

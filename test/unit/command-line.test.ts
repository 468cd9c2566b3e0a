// What minitalk itself does, and how any command ends with an error.
import { main } from '../../lib/cli/main.js';
import { report, run, UsageError } from '../../lib/cli/run.js';
import { MinitalkError, refused } from '../../lib/minitalk/errors.js';
import { keepStandardError } from '../support/standard-error.js';

const said = keepStandardError();

describe('minitalk', () => {
  test('without a command says which there are', async () => {
    expect(await main([])).toBe(64);
    expect(said).toEqual([
      'minitalk: no command given: expected one of server, client, list, dialects, watch, send, guard, exam, convert, plot, completion (see minitalk --help)\n',
    ]);
  });

  test.each([
    [['nope'], "unknown command 'nope'"],
    [['constructor'], "unknown command 'constructor'"],
    [['clinet', '5', 'text'], "unknown command 'clinet' (did you mean client?)"],
    [['clinet', '--help'], "unknown command 'clinet' (did you mean client?)"],
    [['help', 'wach'], "unknown command 'wach' (did you mean watch?)"],
    [['--versoin'], "unknown option '--versoin' (did you mean --version?)"],
    [['client', '5', '--jsno', 'x'], "unknown option '--jsno' (did you mean --json?)"],
  ])('says of %j what it may have meant', async (args, what) => {
    expect(await main(args)).toBe(64);
    expect(said).toEqual([expect.stringMatching(/^minitalk( client)?: [^\n]+ --help\)\n$/)]);
    expect(said[0]).toContain(`: ${what} (see `);
  });

  test.each([
    [['server', 'extra'], 'minitalk server: too many arguments'],
    [['client'], 'minitalk client: missing required argument'],
    [['list', 'extra'], 'minitalk list: too many arguments'],
    [['watch', 'SIGNOPE'], "minitalk watch: command-argument value 'SIGNOPE' is invalid"],
    [['send', '5'], "minitalk send: missing required argument 'signal'"],
    [['guard'], "minitalk guard: missing required argument 'command'"],
    [['--nope'], "minitalk: unknown option '--nope'"],
  ])('hands %j over to its command', async (args, line) => {
    expect(await main(args)).toBe(64);
    expect(said).toEqual([expect.stringMatching(/^[^\n]+\n$/)]);
    expect(said[0]?.slice(0, line.length)).toBe(line);
  });
});

describe('a command', () => {
  test('ends with what its action returns', async () => {
    expect(await run('program', false, async () => 5)).toBe(5);
    expect(said).toEqual([]);
  });

  test('ends with the exit code of its error, in one line with its hint', async () => {
    const fail = () => Promise.reject(refused(5, 1));
    expect(await run('program', false, fail)).toBe(65);
    expect(said).toEqual([
      "program: server 5 refused the message: it is longer than its maxMessage (the server's --max-message says how much it takes)\n",
    ]);
  });

  test('moves no cursor by a word of its command line', async () => {
    expect(await main(['\x1b[2Jx'])).toBe(64);
    expect(said).toEqual(["minitalk: unknown command '?[2Jx' (see minitalk --help)\n"]);
  });

  test('tells lines of an error as one, save in JSON', () => {
    const error = new UsageError('one\n  two\n\nthree');
    report('program', error, false);
    report('program', error, true);
    expect(said[0]).toBe('program: one two three\n');
    expect(JSON.parse(said[1] ?? '')).toEqual({
      event: 'error',
      code: 'ERR_USAGE',
      message: 'one\n  two\n\nthree',
    });
  });

  test('tells all of an error with --json, and its hint', async () => {
    const error = new MinitalkError('EMSGSIZE', 'long', { errno: -90, syscall: 'kill' });
    report('program', error, true);
    report('program', error, true, 'warning');
    report('program', new Error('strange'), true);
    const hint = "(the server's --max-message says how much it takes)";
    const told = { code: 'EMSGSIZE', errno: -90, syscall: 'kill', message: `long ${hint}` };
    expect(said.map((line) => JSON.parse(line))).toEqual([
      { event: 'error', ...told },
      { event: 'warning', ...told },
      { event: 'error', code: 'ERR_UNKNOWN', message: 'strange' },
    ]);
  });
});

describe('standard error', () => {
  test('that takes nothing any more is no error', () => {
    jest.resetModules();
    const fresh = require('../../lib/cli/printers/standard-error.js');
    const before = process.stderr.listenerCount('error');
    fresh.say('one');
    fresh.say('two');
    fresh.guardStandardError();
    expect(said).toEqual(['one\n', 'two\n']);
    expect(process.stderr.listenerCount('error')).toBe(before + 1);
    expect(() => process.stderr.listeners('error').at(-1)?.(new Error('EPIPE'))).not.toThrow();
  });
});

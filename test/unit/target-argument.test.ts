// The pid that a target names, and the bytes that an argument had.
import type { rawArgument } from '../../lib/cli/arguments/raw-argument.js';
import type { resolveTarget } from '../../lib/cli/arguments/target.js';

afterEach(() => {
  jest.resetModules();
});

describe('a target', () => {
  function resolve(target: string) {
    jest.doMock('../../lib/minitalk/peer/running-servers.js', () => ({
      listServers: () => [{ pid: 5 }, { pid: 6, name: 'a' }, { pid: 7, name: 'b' }],
    }));
    const module = require('../../lib/cli/arguments/target.js');
    return (module.resolveTarget as typeof resolveTarget)(target);
  }

  test.each([
    ['1', 1], // a server can be it, in a container: connect looks
    ['2', 2],
    ['4194304', 4194304],
    ['0000000005', 5],
    ['@a', 6],
    ['@b', 7],
  ])('%s is found', (target, pid) => {
    expect(resolve(target)).toBe(pid);
  });

  test.each(['0', '4194305', '00000000005', '-5', '5x', ' 5', '', '1e3', '0x10', '５'])(
    '%j is no pid',
    (target) => {
      expect(() => resolve(target)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_PID' }));
    },
  );

  test('what is no number is shown as it was given', () => {
    expect(() => resolve('a\nb')).toThrow('invalid pid "a\\nb": expected a whole number, or @name');
  });

  test.each(['@', '@no/such', '@@a'])('%j is no name', (target) => {
    expect(() => resolve(target)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_NAME' }));
  });

  test('of a name that no server has one is told what shows the names', () => {
    expect(() => resolve('@c')).toThrow(
      expect.objectContaining({
        code: 'ESRCH',
        message: 'no running server is named "c" ("minitalk list" shows the running ones)',
      }),
    );
  });
});

describe('an argument', () => {
  /** @param commandLine what /proc says; undefined: nothing */
  function raw(text: string, commandLine?: Buffer) {
    jest.doMock('node:fs', () => ({
      readFileSync(path: string, encoding: BufferEncoding) {
        expect(path).toBe('/proc/self/cmdline');
        if (commandLine === undefined) throw new Error('ENOENT');
        return commandLine.toString(encoding);
      },
    }));
    const module = require('../../lib/cli/arguments/raw-argument.js');
    return Buffer.from((module.rawArgument as typeof rawArgument)(text));
  }
  const lineOf = (...args: (string | Buffer)[]) =>
    Buffer.concat(args.flatMap((each) => [Buffer.from(each as string), Buffer.of(0)]));
  const broken = Buffer.of(0x61, 0xff, 0xc3);

  afterEach(() => {
    jest.dontMock('node:fs');
  });

  test('that is UTF-8 is that, and nothing more is read', () => {
    expect(raw('grüß 🦊')).toEqual(Buffer.from('grüß 🦊'));
  });

  test('that is not UTF-8 keeps its bytes', () => {
    const line = lineOf('node', 'client', '5', broken, '--json');
    expect(raw(broken.toString(), line)).toEqual(broken);
  });

  test('of two that look alike the last is the message', () => {
    const other = Buffer.of(0x61, 0xfe, 0xc3);
    expect(raw(broken.toString(), lineOf('node', other, '5', broken))).toEqual(broken);
  });

  test('that has a replacement character of its own has that', () => {
    expect(raw('\u{fffd}', lineOf('node', '5', '\u{fffd}'))).toEqual(Buffer.from('\u{fffd}'));
  });

  test('that cannot be read, or is not there, is what Node made of it', () => {
    for (const line of [undefined, lineOf('another')]) {
      expect(raw(broken.toString(), line)).toEqual(Buffer.from(broken.toString()));
    }
  });
});

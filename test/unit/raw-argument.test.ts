// The bytes that an argument had.
import type { rawArgument } from '../../lib/cli/arguments/raw-argument.js';

afterEach(() => {
  jest.resetModules();
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

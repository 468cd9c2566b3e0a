// What minitalk watch says of signals that were lost.
import { EventEmitter } from 'node:events';
import type { watchCommand } from '../../lib/cli/commands/watch.js';
import { keepStandardError } from '../support/standard-error.js';

const said = keepStandardError();

/** A watcher that loses signals, then ends. */
class LosingWatcher extends EventEmitter {
  [Symbol.asyncIterator]() {
    return {
      next: async () => {
        this.emit('gap', { lost: 7, bySignal: { SIGUSR1: 3, SIGHUP: 4 } });
        return { done: true, value: undefined };
      },
    };
  }
  close() {}
}

beforeEach(() => {
  jest.resetModules();
  jest.doMock('../../lib/signals/watcher.js', () => ({ watch: () => new LosingWatcher() }));
  jest.doMock('../../lib/cli/process/name.js', () => ({ nameProcess() {} }));
});

async function watchAndLose(...args: string[]): Promise<string | undefined> {
  const module = require('../../lib/cli/commands/watch.js') as {
    watchCommand: typeof watchCommand;
  };
  expect(await module.watchCommand(args)).toBe(0);
  return said[1]; // behind the pid
}

test('how many came too fast', async () => {
  expect(await watchAndLose()).toBe('minitalk watch: 7 signals came too fast to be recorded\n');
});

test('with --json which ones, too, as an object', async () => {
  expect(JSON.parse((await watchAndLose('--json')) ?? '')).toEqual({
    event: 'gap',
    lost: 7,
    bySignal: { SIGUSR1: 3, SIGHUP: 4 },
  });
});

// What /proc says of signal queues, as the test wants it: to fill one would take it from
// whatever else this user runs.
const fs = require('node:fs') as typeof import('node:fs');
const read = fs.readFileSync;

/**
 * From now on, until mocks are restored, /proc says this of each process's queue.
 * @param queueOf used and limit, as in `7/7`; undefined: what it is
 */
export function sayQueues(queueOf: (pid: number) => string | undefined): jest.SpyInstance {
  return jest.spyOn(fs, 'readFileSync').mockImplementation((...args) => {
    const text = read(...args);
    const pid = /^\/proc\/(\d+)\/status$/.exec(String(args[0]))?.[1];
    const queue = pid === undefined ? undefined : queueOf(Number(pid));
    return typeof text === 'string' && queue !== undefined
      ? text.replace(/^SigQ:.*$/m, `SigQ:\t${queue}`)
      : text;
  });
}

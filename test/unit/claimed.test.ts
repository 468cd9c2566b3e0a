import { createClaims } from '../../lib/minitalk/server/claimed.js';
import { createReserve } from '../../lib/minitalk/server/reserve.js';
import { SignalError } from '../../lib/signals/errors.js';
import { openDescriptors } from '../support/own-process.js';

const { pid, ppid } = process;
const shortage = new SignalError('EMFILE', 'no descriptor is left', { syscall: 'pidfd_open' });

/** `use` fails so often for want of descriptors; what was told, in its order. */
function claim(failures: number, of = ppid, kept: unknown = undefined) {
  const log: string[] = [];
  const claims = createClaims(() => log.push('sweep'));
  const before = openDescriptors();
  let unpin = () => {};
  const result = claims.withPinned(of, of, (peer, short) => {
    expect(peer.process.pid).toBe(of);
    unpin = peer.unpin;
    log.push(short === undefined ? 'use' : `use: ${short.code}`);
    if (failures-- > 0) throw shortage;
    return kept;
  });
  const held = openDescriptors() - before;
  unpin();
  claims.close();
  return { log, result, held };
}

test('who is pinned is used at once, and let go of unless it is kept', () => {
  expect(claim(0)).toEqual({ log: ['use'], result: undefined, held: 0 });
  expect(claim(0, ppid, 'a session')).toEqual({ log: ['use'], result: 'a session', held: 2 });
});

test('where descriptors are short those of the dead come first, and then the reserve', () => {
  expect(claim(1).log).toEqual(['use', 'sweep', 'use']);
  expect(claim(2).log).toEqual(['use', 'sweep', 'use', 'use: EMFILE']);
  expect(claim(3)).toEqual({
    log: ['use', 'sweep', 'use', 'use: EMFILE'],
    result: undefined,
    held: 0,
  });
});

test('nobody sweeps for one that is not there', () => {
  expect(claim(0, 2 ** 22 - 1).log).toEqual([]);
});

test('the own process is nobody, and a fault of ours is a fault', () => {
  expect(claim(0, pid).log).toEqual([]);
  const claims = createClaims(() => {});
  expect(() =>
    claims.withPinned(ppid, ppid, () => {
      throw new TypeError('a bug');
    }),
  ).toThrow('a bug');
  claims.close();
});

test('a reserve holds two descriptors, lends both, and takes them back', () => {
  const before = openDescriptors();
  const reserve = createReserve();
  expect(openDescriptors()).toBe(before + 2);
  expect(reserve.lend(openDescriptors)).toBe(before);
  expect(openDescriptors()).toBe(before + 2);
  expect(() =>
    reserve.lend(() => {
      throw new Error('a fault');
    }),
  ).toThrow('a fault');
  expect(openDescriptors()).toBe(before + 2);
  reserve.close();
  reserve.close();
  expect(openDescriptors()).toBe(before);
});

test('a reserve that cannot be filled lends what there is', () => {
  const fs = require('node:fs') as typeof import('node:fs');
  const full = jest.spyOn(fs, 'openSync').mockImplementation(() => {
    throw Object.assign(new Error(), { code: 'EMFILE' });
  });
  const reserve = createReserve();
  expect(reserve.lend(() => 'lent')).toBe('lent');
  full.mockRestore();
  const before = openDescriptors();
  reserve.lend(() => {}); // and is filled when there is room
  expect(openDescriptors()).toBe(before + 2);
  reserve.close();
});

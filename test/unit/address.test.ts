// The pid that a server's address says.
import type { pidOf as PidOf } from '../../lib/minitalk/peer/address.js';

jest.doMock('../../lib/minitalk/peer/running-servers.js', () => ({
  listServers: () => [
    { pid: 5 },
    { pid: 6, name: 'a' },
    { pid: 7, name: 'b' },
    { pid: 8, name: 'twice' },
    { pid: 9, name: 'twice' },
  ],
}));
const { pidOf } = require('../../lib/minitalk/peer/address.js') as { pidOf: typeof PidOf };

test.each([
  ['1', 1], // a server can be it, in a container: connect looks
  ['2', 2],
  ['4194304', 4194304],
  ['0000000005', 5],
  ['@a', 6],
  ['@b', 7],
])('%s is found', (address, pid) => {
  expect(pidOf(address)).toBe(pid);
});

test('a number is left to who looks at the process', () => {
  expect(pidOf(-5)).toBe(-5);
});

test.each(['0', '4194305', '00000000005', '-5', '5x', ' 5', '', '1e3', '0x10', '５', 'a'])(
  '%j is no pid',
  (address) => {
    expect(() => pidOf(address)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_PID' }));
  },
);

test('what is no number is shown as it was given', () => {
  expect(() => pidOf('a\nb')).toThrow('invalid pid "a\\nb": expected a whole number, or @name');
});

test.each(['@', '@no/such', '@@a'])('%j is no name', (address) => {
  expect(() => pidOf(address)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_NAME' }));
});

test('a name that no server has says whose servers were looked at', () => {
  expect(() => pidOf('@c')).toThrow(
    expect.objectContaining({
      name: 'MinitalkError',
      code: 'ESRCH',
      syscall: 'connect',
      message: `no running server of uid ${process.getuid?.()} is named "c"`,
    }),
  );
});

test('a name that two servers have is nobody, and their pids are told', () => {
  expect(() => pidOf('@twice')).toThrow(
    expect.objectContaining({
      code: 'ERR_AMBIGUOUS_NAME',
      message: '2 running servers are named "twice": give the pid of the one that is meant (8, 9)',
    }),
  );
});

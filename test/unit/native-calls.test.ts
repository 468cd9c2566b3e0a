// What the addon says to calls that its own library does not make: a claim that is
// another's, a channel that is closed, numbers that mean nothing.
import { constants } from 'node:os';
import { binding, DataMode, type NativeGrant } from '../../lib/binding/minitalk.js';
import { type NativeChannel, binding as signals } from '../../lib/binding/signals.js';

const { EADDRINUSE, EALREADY, EBADF, EBUSY, EINVAL } = constants.errno;

const channels: NativeChannel[] = [];

function openChannel(): NativeChannel {
  const channel = new signals.Channel(() => {});
  expect(channel.open(64)).toBe(0);
  channels.push(channel);
  return channel;
}

afterEach(() => {
  for (const channel of channels.splice(0)) channel.close();
});

const grant: NativeGrant = {
  number: 1,
  session: 7,
  pid: process.ppid,
  thread: process.ppid,
  status: -1,
  bits: 8,
  mode: DataMode.bit,
  cpu: -1,
  count: 0,
  lanes: 0,
  together: false,
};

test('without the claim a server grants, places, clears and copies nothing', () => {
  const server = new binding.Server();
  const other = new binding.Server();
  expect(server.claim(openChannel(), 0)).toBe(0);
  expect(server.grant(grant)).toBe(0);
  const frame = Buffer.from([1, 2, 3]);
  for (const call of [
    () => other.grant(grant),
    () => other.place(-1, false),
    () => other.clearGrant(),
    () => other.grantCount(),
    () => other.copyFrame(frame),
  ]) {
    expect(call()).toBe(-EBADF);
  }
  expect(other.startLanes(2)).toEqual([]);
  expect(other.grantLanes()).toBe(0);
  expect(frame).toEqual(Buffer.from([1, 2, 3]));
  expect(server.grantCount()).toBe(-1);
  expect(server.clearGrant()).toBe(0);
  server.close();
  expect(server.grant(grant)).toBe(-EBADF);
});

test('a process has one claim, which ends with its server or its channel', () => {
  const server = new binding.Server();
  const other = new binding.Server();
  const channel = openChannel();
  expect(server.claim(channel, 0)).toBe(0);
  expect(server.claim(channel, 0)).toBe(-EALREADY);
  expect(other.claim(channel, 0)).toBe(-EADDRINUSE);
  other.close(); // not the holder: nothing happens
  expect(other.claim(openChannel(), 0)).toBe(-EADDRINUSE);
  server.close();
  server.close();
  expect(other.claim(channel, 0)).toBe(0);
  channel.close();
  expect(other.grant(grant)).toBe(-EBADF);
  expect(server.claim(openChannel(), 0)).toBe(0);
});

test('a claim is refused for a channel that is closed, and for what is no channel or signal', () => {
  const server = new binding.Server();
  const channel = openChannel();
  channel.close();
  expect(server.claim(channel, 0)).toBe(-EBADF);
  expect(server.claim(new signals.Channel(() => {}), 0)).toBe(-EBADF);
  for (const wrong of [undefined, 7, {}, server, new binding.Transmitter()]) {
    expect(server.claim(wrong as NativeChannel, 0)).toBe(-EINVAL);
  }
  for (const signo of [-1, 65, 2 ** 31]) expect(server.claim(openChannel(), signo)).toBe(-EINVAL);
});

test('lanes are as many as were asked for, 64 at most, until they end', () => {
  const server = new binding.Server();
  expect(server.claim(openChannel(), 0)).toBe(0);
  const threads = server.startLanes(3);
  expect(new Set(threads).size).toBe(3);
  expect(server.startLanes(2)).toEqual(threads);
  const more = server.startLanes(5);
  expect(more.slice(0, 3)).toEqual(threads);
  expect(new Set(more).size).toBe(5);
  expect(server.grant({ ...grant, lanes: 6 })).toBe(-EINVAL);
  expect(server.grant({ ...grant, lanes: 5 })).toBe(0);
  expect(server.grantLanes()).toBe(0); // as it is not started
  expect(server.endLanes()).toBe(-EBUSY);
  expect(server.clearGrant()).toBe(0);
  expect(server.endLanes()).toBe(0);
  expect(server.grant({ ...grant, lanes: 2 })).toBe(-EINVAL);
  expect(server.startLanes(1000)).toHaveLength(64);
});

test('grants and frames that no signal can say are refused', () => {
  const server = new binding.Server();
  expect(server.claim(openChannel(), 0)).toBe(0);
  for (const wrong of [{ number: 4096 }, { session: 0 }, { mode: 3 }]) {
    expect(server.grant({ ...grant, ...wrong })).toBe(-EINVAL);
  }
  const transmitter = new binding.Transmitter();
  const frame = {
    session: 7,
    grant: 1,
    bytes: Buffer.alloc(24),
    mode: DataMode.word,
    payload: 8,
    burstSignal: 0,
    window: 1,
    lanes: new Int32Array(),
    cpu: -1,
  };
  expect(transmitter.begin(frame)).toBe(-EBADF);
  expect(transmitter.open(process.ppid, process.ppid, -1)).toBe(0);
  expect(transmitter.begin(frame)).toBe(0);
  for (const wrong of [{ payload: 0 }, { payload: 32 }, { mode: 9 }, { mode: DataMode.burst }]) {
    expect(transmitter.begin({ ...frame, ...wrong })).toBe(-EINVAL);
  }
  transmitter.close();
});

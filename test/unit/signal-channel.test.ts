// When a channel waits to be woken, and when it polls.
import { type ChannelOptions, SignalChannel } from '../../lib/signals/internal/channel.js';
import { signalNumber } from '../../lib/signals/names.js';
import { queue } from '../../lib/signals/send.js';

const REALTIME = 'SIGRTMIN+6';
let channel: SignalChannel | undefined;

/** To this very thread: it is recorded when the call returns. */
const send = () => queue(process.pid, REALTIME, 1, { thread: process.pid });

/** A channel that a signal has woken; resolves when it has drained, and has been armed or not. */
async function woken(onBatch: ChannelOptions['onBatch'], meanwhile: () => void) {
  const opened = new SignalChannel({ capacity: 64, onBatch });
  channel = opened;
  opened.subscribe(signalNumber(REALTIME), 'stop');
  const timer = jest.spyOn(globalThis, 'setTimeout');
  const { native } = opened;
  const arm = native.arm.bind(native);
  const arms: boolean[] = [];
  const value = () => {
    if (arms.length === 0) meanwhile();
    arms.push(arm());
    return arms.at(-1) as boolean;
  };
  Object.defineProperty(native, 'arm', { value });
  send();
  while (arms.length === 0) await new Promise(setImmediate);
  return { arms, polls: timer.mock.calls.length > 0 };
}

afterEach(() => {
  channel?.close();
  jest.restoreAllMocks();
});

test('it waits to be woken once it is empty', async () => {
  const batches: number[] = [];
  const { arms, polls } = await woken(
    ({ count }) => void batches.push(count),
    () => {},
  );
  expect({ arms, polls, batches }).toEqual({ arms: [true], polls: false, batches: [1] });
});

test('it polls where records came meanwhile', async () => {
  const batches: number[] = [];
  const { arms, polls } = await woken(({ count }) => void batches.push(count), send);
  expect({ arms, polls, batches }).toEqual({ arms: [false], polls: true, batches: [1, 1] });
});

test('it does not poll for those that wake it at the right time anyway', async () => {
  const batches: number[] = [];
  const onBatch: ChannelOptions['onBatch'] = ({ count }) => {
    batches.push(count);
    return count;
  };
  const { arms, polls } = await woken(onBatch, send);
  expect({ arms, polls, batches }).toEqual({ arms: [false, true], polls: false, batches: [1, 1] });
});

test('it polls when they come faster than it can take them', async () => {
  let batches = 0;
  let isOver = false;
  const onBatch: ChannelOptions['onBatch'] = ({ count }) => {
    batches += 1;
    if (!isOver && batches < 100) send();
    return count;
  };
  const { arms, polls } = await woken(onBatch, () => {});
  isOver = true;
  expect(arms.includes(true)).toBe(false);
  expect(polls).toBe(true);
  expect(batches).toBeLessThan(20);
});

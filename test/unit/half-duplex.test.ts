// Both ways at once: when this process's client may send beside its own server.
import type { Endpoint, Granted } from '../../lib/minitalk/peer/endpoint.js';
import { clientTurn } from '../../lib/minitalk/peer/half-duplex.js';

const HIGHER = process.pid + 1;
const LOWER = process.pid - 1;

function endpointWith(granted: () => Granted | undefined) {
  const server = { granted, schedule: jest.fn() };
  const endpoint = { server, transmitting: 0 } as unknown as Endpoint;
  return { endpoint, server };
}

/** A turn that was begun; whether it has, by now. */
function begin(endpoint: Endpoint, peer = HIGHER) {
  let hasBegun = false;
  const begun = clientTurn(endpoint, peer)
    .begin()
    .then(() => {
      hasBegun = true;
    });
  return { begun, hasBegun: () => hasBegun };
}

test('a frame of ours is counted from its beginning to its end, and once', async () => {
  const { endpoint, server } = endpointWith(() => undefined);
  const turn = clientTurn(endpoint, HIGHER);
  turn.end(); // never begun
  expect([endpoint.transmitting, server.schedule.mock.calls.length]).toEqual([0, 0]);
  await turn.begin();
  expect(endpoint.transmitting).toBe(1);
  turn.end();
  turn.end();
  expect(endpoint.transmitting).toBe(0);
  // What had to wait for it can be granted now.
  expect(server.schedule).toHaveBeenCalledTimes(1);
});

test('it waits for the frame that our own server has granted, as long as that gets on', async () => {
  let granted: Granted | undefined = { pid: HIGHER + 1, count: 0 };
  let count = 0;
  // Longer than one that stands still is waited for.
  const { endpoint } = endpointWith(() => {
    count += 1;
    if (count > 600) granted = undefined;
    return granted && { ...granted, count: count >> 1 };
  });
  const { begun, hasBegun } = begin(endpoint);
  expect(endpoint.transmitting).toBe(1); // from here on nothing new is granted
  await new Promise(setImmediate);
  expect(hasBegun()).toBe(false);
  await begun;
  expect(count).toBe(601);
});

test('one that does not get on is not waited for for ever, but for a while', async () => {
  const looks: number[] = [];
  const { endpoint } = endpointWith(() => {
    looks.push(performance.now());
    return { pid: HIGHER + 1, count: 7 };
  });
  await begin(endpoint).begun;
  expect((looks.at(-1) as number) - (looks[0] as number)).toBeGreaterThan(190);
});

test('of two processes that hold a grant of each other the one of the lower pid begins', async () => {
  const looksOf = async (pid: number, peer: number) => {
    let looks = 0;
    const { endpoint } = endpointWith(() => {
      looks += 1;
      return { pid, count: 7 };
    });
    await begin(endpoint, peer).begun;
    return looks;
  };
  expect(await looksOf(HIGHER, HIGHER)).toBe(1);
  expect(await looksOf(LOWER, LOWER)).toBeGreaterThan(1);
  // Another's grant is no such knot.
  expect(await looksOf(HIGHER + 1, HIGHER)).toBeGreaterThan(1);
});

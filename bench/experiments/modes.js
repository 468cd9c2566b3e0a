// Throughput by mode, connection open, beside C programs of the same scheme and beside
// plain JavaScript. Time counts from send() to delivered, signals as the message's bytes
// need them: what frames and checksums cost is counted against minitalk. CPU time is that of
// both processes, all threads.
const { join } = require('node:path');
const { sendMeasured, startClient, startServer } = require('../pair.js');
const {
  LANES,
  pingPong,
  schemes,
  unplaced,
  unplacedPingPong,
  unplacedWithLanes,
  withLanes,
} = require('../schemes.js');

/** Signals of those that wait for another CPU. */
const FEW = 6000;
const WARM_UP = 2000;

const script = join(__dirname, '..', 'javascript.js');

const figuresOf = (payload, ns, cpuNs) => ({
  'ns a signal': ns,
  'CPU ns a signal': cpuNs,
  'bytes a second': (payload / 8 / ns) * 1e9,
});

async function startPair(processes, place) {
  const server = await startServer(processes, place);
  const client = await startClient(processes, server, place);
  return { server, client };
}

async function measure({ processes, inTurn }) {
  const floor = await processes.program('floor');
  const floorWithLanes = await processes.program('floor-lanes');
  const auto = await startPair(processes, 'auto');
  const off = await startPair(processes, 'off');

  /** Of a program that prints ns and CPU ns. */
  const program =
    ({ payload }, command, args) =>
    async () => {
      const [ns, cpuNs] = (await processes.run(command, args)).split(' ').map(Number);
      return figuresOf(payload, ns, cpuNs);
    };
  const inC = (scheme, placement, signals = scheme.signals) =>
    program(scheme, floor, [scheme.floor, signals, placement]);
  const inCWithLanes = (scheme, placement) =>
    program(scheme, floorWithLanes, [scheme.floor, scheme.signals, placement, LANES]);

  const minitalk =
    ({ server, client }, { mode, payload, signals }) =>
    async () => {
      const what = { mode, bytes: (signals * payload) / 8 };
      if (mode !== 'bit') what.payload = payload;
      const { ms, cpuMs } = await sendMeasured(server, client, what);
      return figuresOf(payload, (ms * 1e6) / signals, (cpuMs * 1e6) / signals);
    };

  const contestants = {};
  for (const scheme of schemes) {
    const { name } = scheme;
    const few = { ...scheme, signals: WARM_UP };
    await minitalk(auto, few)();
    contestants[name] = minitalk(auto, scheme);
    contestants[pingPong(name)] = inC(scheme, 'one');
    if (!scheme.byLanes) continue;
    await minitalk(off, few)();
    contestants[unplaced(name)] = minitalk(off, scheme);
    contestants[withLanes(name)] = inCWithLanes(scheme, 'one');
    contestants[unplacedWithLanes(name)] = inCWithLanes(scheme, 'kernel');
  }
  const [bit] = schemes;
  return inTurn({
    ...contestants,
    [pingPong('bit', 'two CPUs')]: inC(bit, 'two', FEW),
    [unplacedPingPong('bit')]: inC(bit, 'kernel', FEW),
    JavaScript: program(bit, process.execPath, [script, FEW]),
  });
}

/** How many times as many bytes a second. */
const rate = (ours, other, target = {}) => ({
  what: `${ours} by ${other}`,
  of: (run) => run[ours]['bytes a second'] / run[other]['bytes a second'],
  ...target,
});
const cpu = (ours, other, target = {}) => ({
  what: `CPU time of ${ours} by ${other}`,
  of: (run) => run[ours]['CPU ns a signal'] / run[other]['CPU ns a signal'],
  ...target,
});

module.exports = {
  name: 'modes',
  title: 'Throughput by mode, connection open',
  measure,
  comparisons: [
    // One signal and its acknowledgement after another, which was the limit without lanes.
    rate('bit', pingPong('bit'), { atLeast: 1.7 }),
    rate(unplaced('bit'), pingPong('bit'), { atLeast: 1.4 }),
    rate('word 64', pingPong('word 64'), { atLeast: 0.85 }),
    rate(unplaced('word 64'), pingPong('word 64')),
    rate('word 192', pingPong('word 192'), { atLeast: 1.5 }),
    rate(unplaced('word 192'), pingPong('word 192')),
    rate('burst 64', pingPong('burst 64'), { atLeast: 0.85 }),
    rate('burst 192', pingPong('burst 192'), { atLeast: 0.85 }),
    // The limit with lanes.
    ...['bit', 'word 64', 'word 192'].flatMap((name) => [
      rate(name, withLanes(name), name === 'bit' ? { atLeast: 0.85 } : {}),
      rate(unplaced(name), unplacedWithLanes(name)),
    ]),
    // The ping-pong costs a little less than minitalk did without lanes: it stands for that.
    cpu('bit', pingPong('bit'), { atMost: 0.6 }),
    cpu(unplaced('bit'), pingPong('bit')),
    cpu('word 192', pingPong('word 192')),
    cpu('bit', withLanes('bit')),
    rate('bit', 'JavaScript'),
    rate(unplaced('bit'), 'JavaScript', { atLeast: 15 }),
    rate('bit', pingPong('bit', 'two CPUs')),
    rate('bit', unplacedPingPong('bit')),
    rate('bit', unplaced('bit')),
    rate('burst 192', pingPong('burst 64'), { atLeast: 2 }),
  ],
};

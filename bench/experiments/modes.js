// Throughput by mode, connection open, beside C programs of the same scheme and beside
// plain JavaScript. Time counts from send() to delivered, signals as the message's bytes
// need them: what frames and checksums cost is counted against minitalk.
const { join } = require('node:path');
const { send, startClient, startServer } = require('../pair.js');
const { schemes } = require('../schemes.js');

/** Signals of those that wait for another CPU. */
const FEW = 6000;
const WARM_UP = 2000;

const onOneCpu = (name) => `C ${name}, one CPU`;
const script = join(__dirname, '..', 'javascript.js');

const figuresOf = (ns, payload) => ({
  'ns a signal': ns,
  'bytes a second': (payload / 8 / ns) * 1e9,
});

async function startPair(processes, place) {
  const server = await startServer(processes, place);
  const client = await startClient(processes, server, place);
  return { server, client };
}

async function measure({ processes, inTurn }) {
  const floor = await processes.program('floor');
  const placed = await startPair(processes, 'auto');
  const unplaced = await startPair(processes, 'off');

  const inC = (scheme, placement, signals) => async () =>
    figuresOf(
      Number(await processes.run(floor, [scheme.floor, signals, placement])),
      scheme.payload,
    );

  const minitalk =
    ({ server, client }, { mode, payload, signals }) =>
    async () => {
      const what = { mode, bytes: (signals * payload) / 8 };
      if (mode !== 'bit') what.payload = payload;
      const [ms] = await send(server, client, what);
      return figuresOf((ms * 1e6) / signals, payload);
    };

  const contestants = {};
  for (const scheme of schemes) {
    await minitalk(placed, { ...scheme, signals: WARM_UP })();
    contestants[scheme.name] = minitalk(placed, scheme);
    contestants[onOneCpu(scheme.name)] = inC(scheme, 'one', scheme.signals);
  }
  const [bit] = schemes;
  return inTurn({
    ...contestants,
    'bit, not placed': minitalk(unplaced, { ...bit, signals: FEW }),
    'C bit, two CPUs': inC(bit, 'two', FEW),
    'C bit, placed by the kernel': inC(bit, 'kernel', FEW),
    JavaScript: async () =>
      figuresOf(Number(await processes.run(process.execPath, [script, FEW])), bit.payload),
  });
}

/** How many times as many bytes a second. */
const rateBy = (ours, other) => (run) => run[ours]['bytes a second'] / run[other]['bytes a second'];
const compare = (ours, other, target = {}) => ({
  what: `${ours} by ${other}`,
  of: rateBy(ours, other),
  ...target,
});

module.exports = {
  name: 'modes',
  title: 'Throughput by mode, connection open',
  measure,
  comparisons: [
    ...schemes.map(({ name, atLeast }) => compare(name, onOneCpu(name), { atLeast })),
    compare('bit', 'JavaScript', { atLeast: 20 }),
    compare('bit', 'C bit, two CPUs'),
    compare('bit', 'C bit, placed by the kernel'),
    compare('bit', 'bit, not placed'),
    compare('burst 192', onOneCpu('burst 64'), { atLeast: 2 }),
  ],
};

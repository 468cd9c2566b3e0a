// How much of a flood a watcher sees, beside process.on. Standard signals merge in the
// kernel before either can see them; realtime signals do not, and process.on has none.
const { setTimeout: sleep } = require('node:timers/promises');
const { signalNumber } = require('../../dist/signals/index.js');

const SENT = 20_000;
const QUIET_MS = 50;
const STANDARD = 'SIGUSR2';
const REALTIME = 'SIGRTMIN+3';
/** As signals.c calls them. */
const ways = { flood: 'as fast as kill(2) goes', step: 'each taken first', queue: 'sigqueue(3)' };

/** The counts, once no more come. */
async function finalCounts(receiver) {
  let counts = await receiver.ask('counts');
  for (;;) {
    await sleep(QUIET_MS);
    const later = await receiver.ask('counts');
    if (later.seen === counts.seen && later.lost === counts.lost) return later;
    counts = later;
  }
}

async function measure({ processes, inTurn }) {
  const sender = await processes.program('signals');
  const receiverOf = (how, signal) => processes.start('receiver', [how, signal]);

  const flood = (receiver, way, signal) => async () => {
    const before = await finalCounts(receiver);
    await processes.run(sender, [way, receiver.pid, signalNumber(signal), SENT]);
    const { seen, lost } = await finalCounts(receiver);
    return { sent: SENT, seen: seen - before.seen, 'told as lost': lost - before.lost };
  };

  const contestants = {};
  for (const how of ['watch', 'process.on']) {
    const receiver = await receiverOf(how, STANDARD);
    for (const way of ['flood', 'step']) {
      contestants[`${how}, ${ways[way]}`] = flood(receiver, way, STANDARD);
    }
  }
  const receiver = await receiverOf('watch', REALTIME);
  contestants[`watch, ${ways.queue}`] = flood(receiver, 'queue', REALTIME);
  return inTurn(contestants);
}

const seenByOther = (way) => ({
  what: `watch by process.on, seen, ${ways[way]}`,
  of: (run) => run[`watch, ${ways[way]}`].seen / run[`process.on, ${ways[way]}`].seen,
});

module.exports = {
  name: 'flood',
  title: 'Seen of a flood',
  measure,
  comparisons: [
    seenByOther('flood'),
    seenByOther('step'),
    {
      what: `watch, seen and told as lost by sent, ${ways.queue}`,
      of: (run) => {
        const { sent, seen, 'told as lost': lost } = run[`watch, ${ways.queue}`];
        return (seen + lost) / sent;
      },
    },
  ],
};

// A receiver of npm run bench:signals; its parent asks for figures.
// usage: node signals-receiver.js KIND SIGNAL, forked
const { performance } = require('node:perf_hooks');
const { kinds, queueKinds } = require('./signals-kinds.js');

const [kind, signal] = process.argv.slice(2);
const isQueued = signal.startsWith('SIGRT');
const { options } = (isQueued ? queueKinds : kinds)[kind];

let seen = 0;
let isInOrder = true;
let times; // of the first ones, where they are asked for
let before;

function count() {
  if (times !== undefined && seen < times.length) times[seen] = Number(process.hrtime.bigint());
  seen += 1;
}

// A loop that always has something to do, and counts it.
let turns = 0;
let works = false;

function work() {
  let sum = 0;
  for (let i = 0; i < 5000; i += 1) sum = (sum * 31 + i) | 0;
  turns += 1;
  if (works) setImmediate(work);
  return sum;
}

const answers = {
  startWork() {
    works = true;
    work();
  },
  stopWork() {
    works = false;
  },
  progress: () => ({ turns, ms: performance.now(), seen }),
  begin(timed) {
    seen = 0;
    isInOrder = true;
    times = timed > 0 ? new Float64Array(timed) : undefined;
    before = performance.eventLoopUtilization();
  },
  end() {
    const { active } = performance.eventLoopUtilization(before);
    return { seen, isInOrder, times: times?.subarray(0, seen), loopMs: active };
  },
};

process.on('message', ({ what, argument }) => process.send(answers[what](argument) ?? null));
if (options === undefined) {
  process.on(signal, count);
} else {
  const { watch } = require('../dist/signals/index.js');
  watch([signal], options).on('signal', ({ value }) => {
    if (isQueued) isInOrder &&= value === BigInt(seen);
    count();
  });
}
process.on('disconnect', () => process.exit()); // an open watcher would stay
process.send(null);

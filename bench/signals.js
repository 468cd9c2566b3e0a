// npm run bench:signals: watch beside process.on, interleaved in one run; medians, spread
// and ratios. What a burst costs a loop that is busy is the time that its other work
// loses. What it costs one that sleeps is the CPU time of the main thread, user and
// system, signal handlers and the kernel's wake-ups included. The kernel gives signals to
// other threads while that one is in a handler, so the whole process is shown beside it.
// Options: --repeats N (default 5), --json
const { execFile, execFileSync, fork, spawn } = require('node:child_process');
const { once } = require('node:events');
const { mkdtempSync, readdirSync, readFileSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');
const { parseArgs, promisify } = require('node:util');
const { signalNumber } = require('../dist/signals/index.js');
const { median, quantile, spread } = require('./figures.js');
const { baseline, floor, kinds, queueKinds } = require('./signals-kinds.js');

const RESTED = 2000;
const BURST = 100_000;
const IDLE_MS = 3000;
const STANDARD = 'SIGUSR2';
const REALTIME = 'SIGRTMIN+3';
const QUIET_MS = 50;
const ALONE_MS = 500;

const { values } = parseArgs({
  options: { repeats: { type: 'string', default: '5' }, json: { type: 'boolean', default: false } },
});

const folder = mkdtempSync(join(tmpdir(), 'minitalk-bench-'));

function compile(name) {
  const program = join(folder, name);
  execFileSync('cc', ['-O2', '-o', program, join(__dirname, `${name}.c`)]);
  return program;
}

const sender = compile('signals');
const emptyHandler = compile('signals-floor');

/** What the sender prints, as numbers. */
async function send(how, { child, signal }, count) {
  const args = [how, String(child.pid), String(signalNumber(signal)), String(count)];
  const { stdout } = await promisify(execFile)(sender, args, { maxBuffer: 2 ** 24 });
  return stdout.trim().split('\n').map(Number);
}

// From outside, because to ask the process would cost it time: proc_pid_schedstat(5).
const cpuNs = (pid, thread) =>
  Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ', 1)[0]);
const mainNs = ({ child: { pid } }) => cpuNs(pid, pid);

function wholeProcess({ child: { pid } }) {
  let ns = 0;
  let switches = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const status = readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8');
    ns += cpuNs(pid, thread);
    switches += Number(/^voluntary_ctxt_switches:\s*(\d+)/m.exec(status)[1]);
  }
  return { ns, switches };
}

/** Until the main thread has slept for a while: what a burst left over is part of its cost. */
async function quiet(receiver) {
  for (let last = -1, now = mainNs(receiver); now !== last; now = mainNs(receiver)) {
    last = now;
    await sleep(QUIET_MS);
  }
}

async function start(kind, signal) {
  if (kind === floor) return startFloor(signal);
  const child = fork(join(__dirname, 'signals-receiver.js'), [kind, signal], {
    serialization: 'advanced', // typed arrays
  });
  await once(child, 'message');
  const ask = async (what, argument) => {
    const answer = once(child, 'message');
    child.send({ what, argument });
    return (await answer)[0];
  };
  return { child, kind, signal, ask };
}

async function startFloor(signal) {
  const child = spawn(emptyHandler, [floor, String(signalNumber(signal))], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  const ask = async () => {
    const answer = once(child.stdout, 'data');
    child.stdin.write('\n');
    return { seen: Number((await answer)[0]) };
  };
  return { child, kind: floor, signal, ask };
}

async function stop({ child }) {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** In us: from just before kill(2) to the listener. */
async function latency(receiver) {
  await receiver.ask('begin', RESTED);
  await quiet(receiver);
  const sent = await send('rest', receiver, RESTED);
  await quiet(receiver);
  const { times } = await receiver.ask('end');
  if (times.length < RESTED) throw new Error(`${receiver.kind} lost ${RESTED - times.length}`);
  const us = sent.map((at, i) => (times[i] - at) / 1e3);
  return { 'median us': median(us), 'p99 us': quantile(us, 0.99) };
}

async function burst(how, receiver) {
  await receiver.ask('begin');
  await quiet(receiver);
  const before = mainNs(receiver);
  const wholeBefore = wholeProcess(receiver).ns;
  const [ns] = await send(how, receiver, BURST);
  await quiet(receiver);
  const main = mainNs(receiver) - before;
  const whole = wholeProcess(receiver).ns - wholeBefore;
  const { seen, loopMs, isInOrder } = await receiver.ask('end');
  return {
    seen,
    'main thread ms': main / 1e6,
    'us a signal seen': main / 1e3 / seen,
    'all threads ms': whole / 1e6,
    'sending ms': ns / 1e6,
    ...(loopMs === undefined ? {} : { 'loop busy ms': loopMs }),
    ...(how === 'queue' ? { 'in order': isInOrder ? 1 : 0 } : {}),
  };
}

/** What 100,000 signals take from a loop that is busy with something else. */
async function lost(receiver) {
  await receiver.ask('begin');
  await receiver.ask('startWork');
  const first = await receiver.ask('progress');
  await sleep(ALONE_MS);
  const before = await receiver.ask('progress');
  await send('step', receiver, BURST);
  const after = await receiver.ask('progress');
  await receiver.ask('stopWork');
  await quiet(receiver);
  const { seen } = await receiver.ask('end');
  const aTurn = (before.ms - first.ms) / (before.turns - first.turns);
  const ms = after.ms - before.ms - aTurn * (after.turns - before.turns);
  return { seen, 'lost ms': ms, 'us a signal seen': (ms * 1e3) / seen };
}

/** All at the same time. */
async function idle(receivers) {
  for (const receiver of receivers) await quiet(receiver);
  const before = receivers.map(wholeProcess);
  await sleep(IDLE_MS);
  return receivers.map((receiver, i) => {
    const { ns, switches } = wholeProcess(receiver);
    return { 'CPU us': (ns - before[i].ns) / 1e3, switches: switches - before[i].switches };
  });
}

// [experiment, figure]: at most so many times process.on's.
const targets = [
  ['latency', 'median us', 1],
  ['latency', 'p99 us', 1],
  ['idle', 'CPU us', 1],
  ['idle', 'switches', 1],
  ['busy', 'lost ms', 0.5],
  ['flood', 'main thread ms', 0.5],
  ['flood', 'us a signal seen', 0.5],
  ['step', 'main thread ms', 0.5],
  ['step', 'us a signal seen', 0.5],
];

/** figures[experiment][kind] is a list, one for each repeat. */
const figures = {};

function note(experiment, kind, result) {
  figures[experiment] ??= {};
  figures[experiment][kind] ??= [];
  figures[experiment][kind].push(result);
}

// Who comes first changes, lest a trend of the machine favour somebody.
const rotated = (list, by) => [...list.slice(by % list.length), ...list.slice(0, by % list.length)];

async function standardSignals(repeat) {
  const receivers = [];
  for (const kind of rotated([floor, ...Object.keys(kinds)], repeat)) {
    const receiver = await start(kind, STANDARD);
    await send('step', receiver, 10);
    receivers.push(receiver);
  }
  // Before any burst: the garbage of one is collected in idle time.
  (await idle(receivers)).forEach((result, i) => {
    note('idle', receivers[i].kind, result);
  });
  for (const each of receivers) await burst('step', each); // compiles what is hot
  for (const each of receivers) {
    if (each.kind !== floor) note('latency', each.kind, await latency(each));
  }
  for (const each of receivers) {
    if (each.kind !== floor) note('busy', each.kind, await lost(each));
  }
  for (const how of ['step', 'flood']) {
    for (const each of receivers) note(how, each.kind, await burst(how, each));
  }
  for (const each of receivers) await stop(each);
}

async function realtimeSignals(repeat) {
  for (const kind of rotated(Object.keys(queueKinds), repeat)) {
    const receiver = await start(kind, REALTIME);
    await burst('queue', receiver);
    note('queue', kind, await burst('queue', receiver));
    await stop(receiver);
  }
}

function summary(experiment, kind) {
  const runs = figures[experiment][kind];
  return Object.fromEntries(
    Object.keys(runs[0]).map((name) => [name, spread(runs.map((run) => run[name]))]),
  );
}

/** Nothing is as much as nothing. */
const ratioOf = (a, b) => (a === b ? 1 : a / b);

/** Paired: each repeat's figure by process.on's of the same repeat. */
function verdicts() {
  return targets.flatMap(([experiment, figure, atMost]) =>
    Object.keys(kinds)
      .filter((kind) => kind !== baseline)
      .map((kind) => {
        const others = figures[experiment][baseline];
        const ratio = spread(
          figures[experiment][kind].map((run, i) => ratioOf(run[figure], others[i][figure])),
        );
        return { experiment, figure, kind, ...ratio, atMost, holds: ratio.median <= atMost };
      }),
  );
}

const short = (number) => Number(number.toPrecision(4));

function print(results) {
  const cell = ({ median: middle, least, most }) =>
    `${short(middle)} (${short(least)} to ${short(most)})`;
  for (const [experiment, byKind] of Object.entries(results.figures)) {
    console.log(`\n${experiment}: median (least to most)`);
    console.table(
      Object.fromEntries(
        Object.entries(byKind).map(([kind, row]) => [
          kind,
          Object.fromEntries(Object.entries(row).map(([name, value]) => [name, cell(value)])),
        ]),
      ),
    );
  }
  console.log(`\ntimes ${baseline}'s`);
  console.table(
    results.targets.map(({ experiment, figure, kind, atMost, holds, ...ratio }) => ({
      experiment,
      figure,
      kind,
      ratio: cell(ratio),
      target: atMost,
      holds,
    })),
  );
}

async function main() {
  for (let i = 0; i < Number(values.repeats); i += 1) {
    await standardSignals(i);
    await realtimeSignals(i);
  }
  const results = {
    figures: Object.fromEntries(
      Object.entries(figures).map(([experiment, byKind]) => [
        experiment,
        Object.fromEntries(Object.keys(byKind).map((kind) => [kind, summary(experiment, kind)])),
      ]),
    ),
    targets: verdicts(),
  };
  if (values.json) console.log(JSON.stringify(results, null, 2));
  else print(results);
}

main().finally(() => rmSync(folder, { recursive: true }));

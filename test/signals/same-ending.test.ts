// With the preload an application ends as it does without, to the bit of its wait status.
import { spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { asUser, Process, root } from '../support/processes.js';
import { HEAD } from '../support/report.js';

interface Situation {
  source: string;
  /** See support/ending.py. */
  steps?: readonly unknown[];
  /** A command that runs it. */
  prefix?: readonly string[];
  [how: string]: unknown;
}

interface Ending {
  status: number;
  stops: number[];
  output: string;
}

const preload = ['--require', join(root, 'dist', 'signals', 'register.js')];

/** How it ends with each of these options of Node, side by side. */
async function endings({ source, prefix = [], ...how }: Situation, ...options: string[][]) {
  const runner = new Process('python3', [
    '-IS',
    join(root, 'test', 'support', 'ending.py'),
    JSON.stringify(how),
    JSON.stringify(options.map((these) => [...prefix, process.execPath, ...these, '-e', source])),
  ]);
  const exit = await runner.closed;
  if (exit.code !== 0) throw new Error(runner.stderr);
  const lines = runner.text.trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Ending);
}

const REPORT = new RegExp(
  `${HEAD}SIG\\w+(?:\\+\\d+)? from (?:pid|a sender|a timer|an unknown|the kernel)[^\\n]*\\n`,
  'g',
);

/** Ends with and without the preload alike. What the reports say, without the new lines. */
async function endsTheSame(situation: Situation): Promise<string[]> {
  const [without, withIt] = await endings(situation, [], preload);
  expect(without).toBeDefined();
  expect({ ...withIt, output: withIt?.output.replace(REPORT, '') }).toEqual(without);
  return withIt?.output.match(REPORT) ?? [];
}

// SIGUSR1 is Node's: its debugger has started, or not, when the process is gone.
const { SIGKILL, SIGSTOP, SIGUSR1, ...others } = constants.signals;
const numbers = new Map(Object.entries(others).map(([name, number]) => [number, name]));
const all = [...numbers, [34, '34'], [35, '35'], [64, '64']] as [number, string][];
const usual = (['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2', 'SIGALRM'] as const).map(
  (name) => [constants.signals[name], name] as const,
);

const start = `
  const { writeSync } = require('node:fs');
  const { execSync } = require('node:child_process');
  const say = (text) => { try { writeSync(1, text + '\\n'); } catch {} };
  const wait = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  const kill = (signal) => process.kill(process.pid, signal);
  process.debugPort = 0;`;
const stay = 'setInterval(() => {}, 1000);';
const ready = "say('ready');";
const loop = 'while (true);';

describe.each(all)('signal %d, %s', (number, _name) => {
  test.each<[string, Situation]>([
    ['to who is idle', { source: `${start} ${stay} ${ready}`, steps: [number] }],
    ['from itself, as its last deed', { source: `${start} kill(${number});` }],
  ])('%s', async (_what, situation) => {
    await endsTheSame(situation);
  });
});

describe.each(usual)('signal %d, %s', (number, name) => {
  const listen = `process.on('${name}', (...which) => { say(which); process.exit(5); });`;
  const once = `process.once('${name}', (...which) => say(which));`;
  test.each<[string, Situation]>([
    ['to who is busy', { source: `${start} ${ready} ${loop}`, steps: [number] }],
    [
      'from itself, between others',
      { source: `${start} kill(${number}); setTimeout(() => process.exit(5), 50);` },
    ],
    ['to a listener', { source: `${start} ${listen} ${stay} ${ready}`, steps: [number] }],
    [
      'to a listener for once',
      { source: `${start} ${once} ${stay} ${ready}`, steps: [number, { pause: 0.2 }, number] },
    ],
    [
      'to a listener that goes',
      {
        source: `${start} process.once('${name}', () => kill('${name}')); ${stay} ${ready}`,
        steps: [number],
      },
    ],
    [
      'to who listens no more',
      {
        source: `${start} const f = () => {}; process.on('${name}', f).off('${name}', f); ${stay} ${ready}`,
        steps: [number],
      },
    ],
    [
      'to who listens and is busy for a time',
      { source: `${start} ${listen} ${ready} wait(300); say('on'); ${stay}`, steps: [number] },
    ],
    [
      'to who runs a child, and nothing else',
      { source: `${start} ${ready} execSync('sleep 0.3'); say('on');`, steps: [number] },
    ],
    [
      'to who listens, runs a child, and is done',
      { source: `${start} ${listen} ${ready} execSync('sleep 0.3'); say('on');`, steps: [number] },
    ],
    [
      'to who waits without a loop',
      { source: `${start} ${ready} wait(300); say('on');`, steps: [number] },
    ],
    ['from itself to a listener', { source: `${start} ${listen} kill('${name}');` }],
    [
      'from itself to a listener, before a child',
      { source: `${start} ${listen} kill('${name}'); execSync('sleep 0.1');` },
    ],
    [
      'from itself at its exit',
      { source: `${start} process.on('exit', () => { say('exit'); kill('${name}'); });` },
    ],
    [
      'to who ignores it from the start',
      { source: `${start} ${stay} ${ready}`, steps: [number], ignore: [number] },
    ],
    [
      'to who listens to what was ignored',
      { source: `${start} ${listen} ${stay} ${ready}`, steps: [number], ignore: [number] },
    ],
    [
      'to who has a Worker',
      {
        source: `${start} const { Worker } = require('node:worker_threads');
          new Worker('setInterval(() => {}, 1000)', { eval: true }).on('online', () => { ${ready} });`,
        steps: [number],
      },
    ],
    [
      'from a Worker',
      {
        source: `${start} const { Worker } = require('node:worker_threads'); ${stay}
          new Worker("process.kill(process.pid, '${name}')", { eval: true });`,
      },
    ],
  ])('%s', async (_what, situation) => {
    await endsTheSame(situation);
  });
});

describe('to a listener that lets the process go on', () => {
  const listen = (name: string) => `process.on('${name}', (...which) => say(which));`;
  test.each<[string, string]>([
    ['from itself, with nothing else to do', "kill('SIGTERM');"],
    ['from itself before it runs a child', "kill('SIGTERM'); execSync('true');"],
    ['from itself before it waits', "kill('SIGTERM'); wait(100); say('on');"],
    ['from itself at a tick', "process.nextTick(() => kill('SIGTERM'));"],
    ['from itself at its exit', "process.on('exit', () => kill('SIGTERM'));"],
    ['from itself before it exits', "kill('SIGTERM'); process.exit(5);"],
    ['from itself before it sets a status', "kill('SIGTERM'); process.exitCode = 5;"],
    ['from itself before an error', "kill('SIGTERM'); throw new Error('stop');"],
    ['from a child that it waits for', "execSync('kill -TERM ' + process.pid);"],
    [
      'from a child that it waits for, and more',
      "execSync('kill -TERM ' + process.pid); wait(50);",
    ],
  ])('%s', async (_what, deed) => {
    await endsTheSame({ source: `${start} ${listen('SIGTERM')} ${deed}` });
    await endsTheSame({ source: `${start} ${deed}` });
  });
});

const apart = ['unshare', '-Upfr', '--mount-proc'];
const canPart = spawnSync('unshare', [...apart.slice(1), 'true']).status === 0;
const inNamespaces = canPart ? describe : describe.skip;
const asRoot = process.getuid?.() === 0 ? test : test.skip;
const NOBODY = 65_534;
const { SIGTERM, SIGINT, SIGHUP, SIGQUIT } = constants.signals;

// The kernel drops what would end the first process of a pid namespace by default.
inNamespaces('the first process of a pid namespace', () => {
  const thrice = (number: number) => [number, { pause: 0.2 }, number, { pause: 0.2 }, number];
  test.each(usual)('signal %d, %s, lets it live, and each is reported', async (number, name) => {
    const reports = await endsTheSame({
      source: `${start} ${stay} ${ready}`,
      prefix: apart,
      inner: true,
      steps: thrice(number),
    });
    expect(reports).toHaveLength(3);
    for (const report of reports) expect(report).toContain(`: ${name} from an unknown`);
  });

  test('a listener hears each', async () => {
    const reports = await endsTheSame({
      source: `${start} process.on('SIGTERM', (...which) => say(which)); ${stay} ${ready}`,
      prefix: apart,
      inner: true,
      steps: thrice(SIGTERM),
    });
    expect(reports).toHaveLength(3);
  });

  test('a watcher after which the default action follows gets each', async () => {
    const library = JSON.stringify(join(root, 'dist', 'signals', 'index.js'));
    const [ending] = await endings(
      {
        source: `${start} require(${library}).watch('SIGTERM', { after: 'default' })
          .on('signal', ({ signal }) => say(signal)); ${ready}`,
        prefix: apart,
        inner: true,
        steps: thrice(SIGTERM),
      },
      [],
    );
    expect(ending?.output.match(/^SIGTERM$/gm)).toHaveLength(3);
  });

  test('its own exit is as ever', async () => {
    const source = `${start} process.on('SIGTERM', () => process.exit(5)); ${stay} ${ready}`;
    await endsTheSame({ source, prefix: apart, inner: true, steps: [SIGTERM] });
  });
});

describe('where things are scarce', () => {
  test.each(['closed', 'full', 'stuck'])('standard error is %s', async (stderr) => {
    for (const number of [SIGTERM, SIGINT, SIGHUP]) {
      await endsTheSame({ source: `${start} ${stay} ${ready}`, steps: [number], stderr });
      await endsTheSame({ source: `${start} ${ready} ${loop}`, steps: [number], stderr });
    }
  });

  test.each([34, 50, 64])('RLIMIT_SIGPENDING is used up, signal %d', async (number) => {
    await endsTheSame({ source: `${start} ${stay} ${ready}`, steps: [number], pending: 0 });
    await endsTheSame({ source: `${start} ${ready} ${loop}`, steps: [number], pending: 0 });
    await endsTheSame({ source: `${start} kill(${number}); ${loop}`, pending: 0 });
  });
});

describe('from others', () => {
  asRoot('a root that signals another user, and a user himself', async () => {
    for (const sender of [0, NOBODY]) {
      for (const number of [SIGTERM, SIGINT, SIGHUP]) {
        const source = `${start} ${stay} ${ready}`;
        const prefix = asUser(NOBODY);
        expect(await endsTheSame({ source, steps: [number], prefix, sender })).toEqual([
          expect.stringContaining(` uid ${sender}, attested`),
        ]);
      }
    }
  });

  test.each<[string, readonly unknown[]]>([
    ['Ctrl-C', [{ type: '\u0003' }]],
    ['Ctrl-\\', [{ type: '\u001c' }]],
    ['Ctrl-Z', [{ type: '\u001a' }]],
    ['a hang-up', [{ hangup: true }]],
  ])('the terminal: %s', async (_what, steps) => {
    await endsTheSame({ source: `${start} ${stay} ${ready}`, terminal: true, steps });
    await endsTheSame({ source: `${start} ${ready} ${loop}`, terminal: true, steps });
    // By a signal: at an exit Node restores its terminal, and aborts or crashes where that hung up.
    const listen = `for (const name of ['SIGINT', 'SIGHUP', 'SIGQUIT']) process.on(name, () => kill('SIGUSR2'));`;
    await endsTheSame({ source: `${start} ${listen} ${stay} ${ready}`, terminal: true, steps });
  });

  test.each([SIGTERM, SIGINT, SIGQUIT])('signal %d to a cluster', async (number) => {
    const source = `${start}
      const cluster = require('node:cluster');
      cluster.fork().on('exit', (code, signal) => { say([code, signal]); })
        .on('message', (pid) => process.kill(pid, ${number}));
      cluster.on('exit', () => { ${ready} });
      if (cluster.isWorker) { process.send(process.pid); ${stay} }
      ${stay}`.replace('cluster.fork()', 'if (cluster.isPrimary) cluster.fork()');
    await endsTheSame({ source, steps: [number] });
  });
});

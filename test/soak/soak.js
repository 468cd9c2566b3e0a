// npm run test:soak: a stress of conversations that are disturbed in all ways at once. Counts what
// must not be; all must be 0.
//   --minutes N       ten unless told
//   --seed S          a seed of before: the same scenes; what the machine makes of them differs
//   --scene N         only the scene of that number
//   --self-check      first shows that each kind of fault is noticed
//   --sabotage KIND   one kind of fault is made on purpose, see ledger.js
const { parseArgs } = require('node:util');
const { FAULTS } = require('./ledger.js');
const { runScenes } = require('./run.js');
const { sceneOf, scenesFrom } = require('./schedule.js');
const { selfCheck } = require('./self-check.js');

const TELL_MS = 10_000;
const LANES = 3;
/** Faults of a kind that are told in full. */
const SHOWN = 20;

function faultsIn({ faults }) {
  return Object.values(faults).reduce((sum, each) => sum + each.length, 0);
}

function printLine(seconds, { counts, faults }) {
  const bad = Object.entries(faults)
    .filter(([, list]) => list.length > 0)
    .map(([kind, list]) => `${kind} ${list.length}`);
  console.log(
    `${String(Math.round(seconds)).padStart(4)} s  ${counts.scenes} scenes, ${counts.messages} messages, ` +
      `${counts.exits} ends; ${bad.join(', ') || 'no fault'}`,
  );
}

function printTable({ counts, faults }) {
  console.log();
  for (const [what, count] of Object.entries(counts)) console.log(`${what.padEnd(14)} ${count}`);
  console.log();
  for (const [kind, meaning] of Object.entries(FAULTS)) {
    console.log(`${kind.padEnd(14)} ${String(faults[kind].length).padStart(4)}  ${meaning}`);
    for (const what of faults[kind].slice(0, SHOWN))
      console.log(`    ${what.trim().replaceAll('\n', '\n      ')}`);
  }
}

async function main() {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '10' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 32)) },
      scene: { type: 'string' },
      'self-check': { type: 'boolean', default: false },
      sabotage: { type: 'string' },
    },
  });
  const seed = Number(values.seed);
  const minutes = Number(values.minutes);
  if (!Number.isInteger(seed) || !(minutes > 0))
    throw new Error('expected --seed a whole number, --minutes more than 0');
  if (values['self-check'] && !(await selfCheck(seed))) {
    process.exitCode = 1;
    return;
  }
  console.log(
    `seed ${seed}, ${minutes} minutes; again: npm run test:soak -- --seed ${seed} --minutes ${minutes}`,
  );
  const start = performance.now();
  const elapsed = () => performance.now() - start;
  let told = 0;
  const ledger = await runScenes({
    seed,
    plans: values.scene === undefined ? scenesFrom(seed) : [sceneOf(seed, Number(values.scene))],
    isOver: () => elapsed() > minutes * 60_000,
    lanes: LANES,
    sabotage: values.sabotage,
    tell: (soFar) => {
      if (elapsed() - told < TELL_MS) return;
      told = elapsed();
      printLine(told / 1000, soFar);
    },
  });
  printTable(ledger);
  const found = faultsIn(ledger);
  console.log(`\n${found === 0 ? 'No fault.' : `${found} faults.`}`);
  process.exitCode = found === 0 && ledger.counts.delivered > 0 ? 0 : 1;
}

main();

// Shows that the stress can fail: each kind of fault, made on purpose, must be noticed as what it is,
// and a scene without one must be free of all.
const { runScenes } = require('./run.js');
const { calmScene } = require('./schedule.js');

/** What can be made: in the actors (sabotage in part.js, actor.js) or on the stage. */
const MADE = [
  'lost',
  'doubled',
  'mixed',
  'disordered',
  'denied',
  'undelivered',
  'silent',
  'exits',
  'output',
  'bystanders',
  'registrations',
  'processes',
];

async function noticed(seed, sabotage) {
  const ledger = await runScenes({
    seed,
    plans: [calmScene()],
    lanes: 1,
    patienceMs: 4000,
    sabotage,
  });
  return Object.keys(ledger.faults).filter((kind) => ledger.faults[kind].length > 0);
}

/** True when all were noticed. */
async function selfCheck(seed) {
  let good = true;
  for (const sabotage of [undefined, ...MADE]) {
    const kinds = await noticed(seed, sabotage);
    const isRight = sabotage === undefined ? kinds.length === 0 : kinds.includes(sabotage);
    good &&= isRight;
    const what =
      sabotage === undefined ? 'nothing done wrong: nothing' : `${sabotage}, made on purpose:`;
    console.log(
      `${isRight ? 'ok   ' : 'FAIL '} ${what} noticed${isRight ? '' : ` (${kinds.join(', ') || 'nothing'})`}`,
    );
  }
  return good;
}

module.exports = { MADE, selfCheck };

// Shows that the tests can fail: takes one rule after the other out of a copy of the
// repository, and requires that the test of this rule fails there.
//   npm run test:mutate [-- [part of a rule or its number] [--sample N [--seed S]] [--jobs N] [--verbose]]
const { execFileSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const { availableParallelism, tmpdir } = require('node:os');
const { join } = require('node:path');
const { parseArgs } = require('node:util');
const table = require('./table.js');
const { Tree } = require('./tree.js');

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: 'string' },
    seed: { type: 'string' },
    verbose: { type: 'boolean', default: false },
    jobs: { type: 'string', default: String(availableParallelism()) },
  },
});

function chosen() {
  const [only = ''] = positionals;
  const matching = table.filter(
    ({ rule, of }) => rule.includes(only) || of.some((number) => number === only),
  );
  if (options.sample === undefined) return matching;
  // Another part of them at each commit, the same one when a run is repeated.
  const seed = options.seed ?? execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' });
  const place = ({ rule }) => createHash('sha256').update(`${seed.trim()} ${rule}`).digest('hex');
  console.log(`a sample of ${options.sample} of ${matching.length}: --seed ${seed.trim()}`);
  return matching.sort((a, b) => (place(a) < place(b) ? -1 : 1)).slice(0, Number(options.sample));
}

const kindOf = ({ test, core }) => (core === undefined ? test[0] : 'core');

/** Why it does not show what it should, or ''. */
async function judge(tree, { edits, test, core, unnoticed }) {
  const undo = [];
  try {
    for (const edit of edits) undo.push(tree.edit(edit));
    await tree.compile(core !== undefined);
    const result =
      core === undefined ? await tree.runJest(test[0], [test[1]]) : await tree.runCore(core);
    const isNoticed = result.failed.length > 0 || result.died !== undefined;
    if (unnoticed !== undefined) {
      return isNoticed ? `noticed, though the table says: ${unnoticed}` : '';
    }
    if (options.verbose) console.log(result.failed, result.died, result.report);
    if (isNoticed) return '';
    return result.passed.length > 0
      ? 'the test passes without the rule'
      : `the test could not run\n${result.report}`;
  } catch (error) {
    return error.message;
  } finally {
    for (const each of undo.reverse()) each();
    await tree.restore();
  }
}

/** The same for a file's tests with all rules in force. */
async function judgeUnchanged(tree, file, mutations) {
  const names = [...new Set(mutations.map(({ test, core }) => core ?? test[1]))];
  await tree.compile(file === 'core');
  const results = [];
  if (file !== 'core') results.push(await tree.runJest(file, names));
  else for (const name of names) results.push(await tree.runCore(name));
  for (const { failed, died, report } of results) {
    if (failed.length > 0 || died !== undefined) return `tests fail\n${report}`;
  }
  const missing =
    file === 'core'
      ? names.filter((_, i) => results[i].passed.length === 0)
      : names.filter((name) => !results[0].passed.some((passed) => passed.includes(name)));
  return missing.length === 0 ? '' : `no such test: ${missing.join('; ')}`;
}

const counts = { noticed: 0, unnoticed: 0, bad: 0 };

function verdict(sentence, start, problem, outcome) {
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${problem === '' ? 'ok   ' : 'FAIL '} ${seconds.padStart(5)} s  ${sentence}`);
  if (problem !== '') console.log(problem.trim().replace(/^/gm, '      '));
  counts[problem === '' ? outcome : 'bad'] += 1;
}

/** Each tree takes the next when it is done with one. */
async function spread(trees, work, each) {
  const queue = [...work];
  const run = async (tree) => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await each(tree, item);
  };
  await Promise.all(trees.map(run));
}

async function main(folder) {
  const mutations = chosen();
  const begin = performance.now();
  let start = begin;
  const trees = [await new Tree(join(folder, '1')).build()];
  while (trees.length < Number(options.jobs)) {
    trees.push(await trees[0].copy(join(folder, String(trees.length + 1))));
  }
  console.log(`all is built in ${Math.round((performance.now() - start) / 1000)} s`);
  start = performance.now();
  const files = [...new Set(mutations.map(kindOf))];
  await spread(trees, files, async (tree, file) => {
    const problem = await judgeUnchanged(
      tree,
      file,
      mutations.filter((mutation) => kindOf(mutation) === file),
    );
    if (problem !== '') verdict(`${file}: with all rules its tests pass`, start, problem);
  });
  console.log(`unchanged, the tests took ${Math.round((performance.now() - start) / 1000)} s`);
  if (counts.bad > 0) return;
  await spread(trees, mutations, async (tree, mutation) => {
    const since = performance.now();
    const problem = await judge(tree, mutation);
    const { rule, unnoticed } = mutation;
    const named = unnoticed === undefined ? rule : `${rule}: not noticed, ${unnoticed}`;
    verdict(named, since, problem, unnoticed === undefined ? 'noticed' : 'unnoticed');
  });
  console.log(`all in ${Math.round((performance.now() - begin) / 1000)} s`);
}

const folder = fs.mkdtempSync(join(tmpdir(), 'minitalk-mutation-'));
main(folder)
  .catch((error) => {
    counts.bad += 1;
    console.error(error);
  })
  .finally(() => {
    fs.rmSync(folder, { recursive: true, force: true });
    const { noticed, unnoticed, bad } = counts;
    console.log(`${noticed} noticed, ${unnoticed} not noticed for a reason, ${bad} failed`);
    process.exitCode = bad === 0 && noticed > 0 ? 0 : 1;
  });

// Shows that the tests of the rules can fail: takes one rule after the other out of a copy
// of the repository, and requires that the test of this rule fails there.
//   node test/hazards/mutate.js [part of a rule]
const { execFileSync, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const { availableParallelism, tmpdir } = require('node:os');
const { basename, join } = require('node:path');
const table = require('./mutations.js');

const root = join(__dirname, '..', '..');
const work = fs.mkdtempSync(join(tmpdir(), 'minitalk-hazards-'));
const only = process.argv[2] ?? '';
const mutations = table.filter(({ rule }) => rule.includes(only));
const jobs = String(availableParallelism());

const failed = (result) => result.error !== undefined || result.status !== 0;

function must(what, result) {
  if (!failed(result)) return;
  throw new Error(`${what}: ${result.error ?? ''}${result.stderr}${result.stdout}`);
}

function inWork(command, args, options = {}) {
  const limits = { timeout: 300_000, maxBuffer: 2 ** 26 };
  return spawnSync(command, args, { cwd: work, encoding: 'utf8', ...limits, ...options });
}

function copyRepository() {
  execFileSync(join(root, 'scripts', 'copy-repository.sh'), [work, 'build', 'dist']);
}

// What has changed since it was built last, so that only that is built.
const stale = { addon: new Set(), core: new Set(), lib: new Set() };

function touch(path) {
  if (path.startsWith('lib/')) {
    stale.lib.add(path);
    return;
  }
  stale.addon.add(path);
  stale.core.add(path);
}

function buildAddon() {
  if (stale.addon.size === 0) return;
  stale.addon.clear();
  must('the addon cannot be built', inWork('npm', ['run', '--silent', 'build:native']));
}

function buildLib() {
  if (stale.lib.size === 0) return;
  stale.lib.clear();
  must('lib cannot be built', inWork('npm', ['run', '--silent', 'build:ts']));
}

// scripts/test-core.sh builds all of it each time.
function buildCore() {
  const folder = join(work, 'core-build');
  fs.mkdirSync(folder, { recursive: true });
  const options = '-std=c++17 -O1 -fno-exceptions -pthread -MMD'.split(' ');
  const isStale = (object) => {
    const needs = object.replace(/o$/, 'd');
    if (!fs.existsSync(needs)) return true;
    const text = fs.readFileSync(needs, 'utf8');
    return [...stale.core].some((path) => text.includes(`${work}/${path}`));
  };
  const rules = ['native/core', 'native/handler', 'test/core']
    .flatMap((from) =>
      fs.readdirSync(join(work, from), { recursive: true }).map((name) => join(work, from, name)),
    )
    .filter((path) => path.endsWith('.cc'))
    .map((path) => ({ path, object: join(folder, `${basename(path, '.cc')}.o`) }));
  const include = ['-I', join(work, 'native'), '-I', join(work, 'test/core')];
  const changed = rules.filter(({ object }) => isStale(object)).map(({ path }) => path);
  stale.core.clear();
  const compiling = ['-0', '-n', '1', '-P', jobs, 'g++', ...options, ...include, '-c'];
  must(
    'the core cannot be built',
    inWork('xargs', compiling, { cwd: folder, input: changed.join('\0') }),
  );
  const objects = rules.map(({ object }) => object);
  must(
    'the core cannot be linked',
    inWork('g++', [...objects, '-o', join(folder, 'core-test'), '-pthread', '-ldl']),
  );
}

/**
 * Runs tests of a Jest file; gives how many passed and failed, and what is said of these; or
 * undefined: none could run.
 */
function runJest(file, names, limits = [], env = {}) {
  const pattern = names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  const path = join('test', file.includes('/') ? '' : 'signals', `${file}.test.ts`);
  const args = ['exec', '--no', '--', 'jest', path, '-t', pattern, '--json', '--silent', ...limits];
  const { stdout } = inWork('npm', args, { env: { ...process.env, ...env } });
  const result = JSON.parse(stdout.slice(stdout.indexOf('{')));
  if (result.numRuntimeErrorTestSuites > 0) return undefined;
  const report = result.testResults.map(({ message }) => message).join('');
  return { passes: result.numPassedTests, failures: result.numFailedTests, report };
}

function runCore(name, limits = []) {
  const { stdout, stderr } = inWork(join(work, 'core-build', 'core-test'), [...limits, name]);
  const counts = /(\d+) passed, (\d+) failed\s*$/.exec(stdout);
  if (counts === null) return undefined;
  return { passes: Number(counts[1]), failures: Number(counts[2]), report: stderr + stdout };
}

function run({ test, core }) {
  // What hangs without its rule need not hang for long.
  if (core !== undefined) {
    buildCore();
    return runCore(core, ['--seconds=5']);
  }
  buildAddon();
  buildLib();
  return runJest(test[0], [test[1]], ['--testTimeout=10000'], { PATIENCE_MS: '5000' });
}

function replaceOnce([path, find, replacement]) {
  const file = join(work, path);
  const before = fs.readFileSync(file, 'utf8');
  const count = before.split(find).length - 1;
  if (count !== 1) throw new Error(`${path} has ${count} times, not once: ${find}`);
  fs.writeFileSync(
    file,
    before.replace(find, () => replacement),
  );
  touch(path);
  return () => {
    fs.writeFileSync(file, before);
    touch(path);
  };
}

/** Why it does not show what it should, or ''. */
function judge(mutation) {
  const undo = [];
  try {
    for (const edit of mutation.edits) undo.push(replaceOnce(edit));
    const counts = run(mutation);
    if (counts === undefined) return 'the test could not run';
    return counts.failures > 0 ? '' : 'the test passes without the rule';
  } catch (error) {
    return error.message;
  } finally {
    for (const each of undo) each();
  }
}

/** The same for the tests with all rules in force. */
function judgeUnchanged() {
  for (const file of new Set(mutations.map(({ test }) => test?.[0]))) {
    const all = mutations.filter(({ test }) => test?.[0] === file);
    const wanted = new Set(all.map(({ test, core }) => core ?? test[1]));
    const counts =
      file === undefined ? [...wanted].map((name) => runCore(name)) : [runJest(file, [...wanted])];
    for (const each of counts) {
      if (each === undefined) return `${file ?? 'core'}: the tests could not run`;
      if (each.failures > 0) return `${file ?? 'core'}: tests fail\n${each.report}`;
    }
    const passes = counts.reduce((sum, each) => sum + each.passes, 0);
    if (passes < wanted.size) return `${file ?? 'core'}: ${passes} of ${wanted.size} tests found`;
  }
  return '';
}

let [passed, bad] = [0, 0];

function verdict(sentence, start, problem) {
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${problem === '' ? 'ok   ' : 'FAIL '} ${seconds.padStart(5)} s  ${sentence}`);
  if (problem === '') {
    passed += 1;
    return;
  }
  bad += 1;
  console.log(problem.trim().replace(/^/gm, '      '));
}

try {
  let start = performance.now();
  copyRepository();
  must('the addon cannot be built', inWork('npm', ['run', '--silent', 'build:native']));
  must('lib cannot be built', inWork('npm', ['run', '--silent', 'build:ts']));
  if (mutations.some(({ core }) => core !== undefined)) buildCore();
  verdict('all is built', start, '');
  start = performance.now();
  verdict('with all rules the tests pass', start, judgeUnchanged());
  for (const mutation of bad === 0 ? mutations : []) {
    start = performance.now();
    verdict(mutation.rule, start, judge(mutation));
  }
} finally {
  fs.rmSync(work, { recursive: true, force: true });
}
console.log(`${passed} passed, ${bad} failed`);
process.exitCode = bad === 0 && passed > 2 ? 0 : 1;

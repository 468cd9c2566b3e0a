// Runs the hand-overs between handlers and threads under Relacy, which lets loads
// give every value that C++'s memory model allows; then each with one order
// weakened or one look left out, which must be found.
//   npm run test:litmus [-- part of a name]
const { execFile } = require('node:child_process');
const fs = require('node:fs');
const { availableParallelism, tmpdir } = require('node:os');
const { join } = require('node:path');
const { replaceOnce } = require('../support/replace-once.js');
const { reductions, weakened } = require('./variants.js');

const [only = ''] = process.argv.slice(2);
const native = join(__dirname, '..', '..', 'native');
const options = ['-std=c++17', '-O0', '-w'];

function run(command, args) {
  return new Promise((resolve) => {
    execFile(command, args, { maxBuffer: 1 << 24 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, output: stdout + stderr });
    });
  });
}

/** Why it does not show what it should, or ''. */
async function judge(folder, { test, weak }) {
  fs.cpSync(native, join(folder, 'native'), { recursive: true });
  for (const each of reductions) replaceOnce(join(folder, 'native'), each);
  if (weak !== undefined) replaceOnce(join(folder, 'native'), weak);
  const program = join(folder, test);
  const source = join(folder, '..', 'test', `${test}.cc`);
  const compiled = await run('g++', [
    ...options,
    ...['-include', join(folder, '..', 'test', 'shim.h')],
    ...['-I', join(folder, 'native'), source, '-o', program],
  ]);
  if (compiled.code !== 0) return `cannot compile\n${compiled.output}`;
  const { code, output } = await run(program, []);
  // What ends it otherwise finds nothing.
  if (code !== 0 && code !== 1) return `ended with ${code}\n${output}`;
  if (weak === undefined) return code === 0 ? '' : output;
  return code === 1 ? '' : 'is not found';
}

async function main(work) {
  fs.cpSync(__dirname, join(work, 'test'), { recursive: true });
  // Relacy's headers are most of what there is to compile.
  const shim = join(work, 'test', 'shim.h');
  const header = await run('g++', [...options, '-x', 'c++-header', shim, '-o', `${shim}.gch`]);
  if (header.code !== 0) throw new Error(`cannot compile (Debian: relacy-dev)\n${header.output}`);
  const queue = [
    ...['ring', 'channel', 'wake', 'grant', 'lanes'].map((test) => ({
      test,
      sentence: 'as it is',
    })),
    ...weakened.map(([test, sentence, ...weak]) => ({
      test,
      sentence: `without: ${sentence}`,
      weak,
    })),
  ].filter(({ test, sentence }) => `${test}: ${sentence}`.includes(only));
  const counts = { passed: 0, failed: 0 };
  let folders = 0;
  const worker = async () => {
    for (let each = queue.shift(); each !== undefined; each = queue.shift()) {
      const folder = join(work, String(++folders));
      fs.mkdirSync(folder);
      const start = performance.now();
      const problem = await judge(folder, each).catch((error) => error.message);
      const seconds = ((performance.now() - start) / 1000).toFixed(1).padStart(5);
      counts[problem === '' ? 'passed' : 'failed'] += 1;
      console.log(
        `${problem === '' ? 'ok  ' : 'FAIL'} ${seconds} s  ${each.test}: ${each.sentence}`,
      );
      if (problem !== '') console.log(problem.trim().replace(/^/gm, '     '));
      fs.rmSync(folder, { recursive: true });
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return counts;
}

const work = fs.mkdtempSync(join(tmpdir(), 'minitalk-litmus-'));
main(work)
  .catch((error) => {
    console.error(error.message);
    return { passed: 0, failed: 1 };
  })
  .then(({ passed, failed }) => {
    fs.rmSync(work, { recursive: true, force: true });
    console.log(`${passed} passed, ${failed} failed`);
    process.exitCode = passed > 0 && failed === 0 ? 0 : 1;
  });

// Runs the tests with real processes on each supported Node, all with the addon that lies in
// build/: one binary is for all of them.
//   npm run test:matrix [-- [--quick] [--node MAJOR]... [FILE]...]
// --quick runs the files that have shown differences between versions, and leaves out the Node
// that runs this: its tests are `npm test`.
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const { tmpdir } = require('node:os');
const { delimiter, dirname, join } = require('node:path');
const { parseArgs } = require('node:util');
const { fetchNode } = require('./node-binary.js');

const VERSIONS = ['20.20.2', '22.23.3', '24.21.0', '26.12.1'];
const ALL = ['test/e2e', 'test/signals'];
const QUICK = [
  'test/e2e/(burst-signal|cli|registration|workers)',
  'test/signals/(attribution|endings|floods|hazards-|process-handle|register|senders)',
];

const root = join(__dirname, '..');
const majorOf = (version) => version.split('.')[0];
const ownMajor = majorOf(process.versions.node);

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, node: { type: 'string', multiple: true } },
});

function chosenVersions() {
  const majors = options.node ?? VERSIONS.map(majorOf);
  const unknown = majors.find((major) => !VERSIONS.some((version) => majorOf(version) === major));
  if (unknown !== undefined) throw new Error(`no Node ${unknown} is known: ${VERSIONS.join(', ')}`);
  const isLeftOut = (major) => options.quick && options.node === undefined && major === ownMajor;
  return VERSIONS.map((version) => ({ version, major: majorOf(version) })).filter(
    ({ major }) => majors.includes(major) && !isLeftOut(major),
  );
}

/** The version's own, or the one that runs this where it is of the same major version. */
function nodeOf({ version, major }) {
  if (major === ownMajor)
    return { version: process.versions.node, folder: dirname(process.execPath) };
  return { version, folder: fetchNode(version) };
}

function run({ version, folder }, work) {
  const results = join(work, `${version}.json`);
  const files = positionals.length > 0 ? positionals : options.quick ? QUICK : ALL;
  const jest = [join('node_modules', 'jest', 'bin', 'jest.js'), ...files];
  const start = performance.now();
  // What the tests start is the same Node: by its path, or as `node`.
  const { status, signal } = spawnSync(
    join(folder, 'node'),
    [...jest, '--json', '--outputFile', results],
    {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'], // Jest tells there what it does
      env: { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}` },
    },
  );
  const seconds = Math.round((performance.now() - start) / 1000);
  const told = fs.existsSync(results) ? JSON.parse(fs.readFileSync(results, 'utf8')) : undefined;
  return {
    Node: version,
    files: told?.numTotalTestSuites ?? 0,
    passed: told?.numPassedTests ?? 0,
    // A file that cannot be run has no tests.
    failed: (told?.numFailedTests ?? 0) + (told?.numRuntimeErrorTestSuites ?? 0),
    skipped: told?.numPendingTests ?? 0,
    seconds,
    status: signal ?? status,
  };
}

function main(work) {
  const rows = chosenVersions().map((version) => run(nodeOf(version), work));
  console.table(Object.fromEntries(rows.map(({ Node, ...row }) => [`Node ${Node}`, row])));
  const isGood = ({ passed, failed, status }) => status === 0 && failed === 0 && passed > 0;
  if (!rows.every(isGood)) process.exitCode = 1;
}

const work = fs.mkdtempSync(join(tmpdir(), 'minitalk-matrix-'));
try {
  main(work);
} catch (error) {
  console.error(`test-matrix: ${error.message}`);
  process.exitCode = 1;
} finally {
  fs.rmSync(work, { recursive: true, force: true });
}

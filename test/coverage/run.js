// The lines and branches of lib/ that run while the tests do: in their own process, in those
// that they start, and in Workers. Who is ended by a signal (SIGKILL, or without a handler)
// writes down nothing of what it did: what only such a process runs counts as not covered.
//   npm run coverage [-- [--native] [--uncovered] [Jest's arguments]...]
// For all of this the library is compiled once, in a copy, with source maps and without the
// commands being bundled: so each line is in one script, whoever runs it, and V8's counts of
// all processes can be added before they are mapped back.
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const { tmpdir } = require('node:os');
const { join, dirname, relative } = require('node:path');
const { fileURLToPath } = require('node:url');
const { measure, merge } = require('./measure.js');
const { measureNative } = require('./native.js');
const { printReasons, printTable } = require('./print.js');

const root = join(__dirname, '..', '..');
const own = ['--native', '--uncovered'];
const jestArguments = process.argv.slice(2).filter((each) => !own.includes(each));
const has = (option) => process.argv.includes(option);

const CONFIGURATION = {
  extends: './tsconfig.build.json',
  compilerOptions: { sourceMap: true },
  exclude: ['lib/plot/viewer'], // for a browser
};
// What a test file has run is lost with its sandbox; so it is written down before.
const SETUP = "afterAll(() => require('node:v8').takeCoverage());\n";
const jestConfiguration = `module.exports = {
  ...require('./jest.config.js'),
  setupFilesAfterEnv: ['<rootDir>/coverage-setup.js'],
  moduleNameMapper: {
    '^(?:\\\\.\\\\./)+lib/(.*\\\\.js)$': '<rootDir>/dist/$1',
    '^(\\\\.{1,2}/.*)\\\\.js$': '$1',
  },
};
`;

function must(command, args, cwd) {
  const { status } = spawnSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}`);
}

function build(copy) {
  must(join(root, 'scripts', 'copy-repository.sh'), [copy, 'build'], root);
  fs.writeFileSync(join(copy, 'tsconfig.coverage.json'), JSON.stringify(CONFIGURATION));
  fs.writeFileSync(join(copy, 'coverage-setup.js'), SETUP);
  fs.writeFileSync(join(copy, 'jest.coverage.js'), jestConfiguration);
  must('npx', ['--no-install', 'tsc', '-p', 'tsconfig.coverage.json'], copy);
}

/** All of lib/ that code comes of, by its path in lib/. */
function measureAll(copy, scripts) {
  const byUrl = new Map(scripts.map((script) => [script.url, script]));
  const dist = join(copy, 'dist');
  const maps = fs.readdirSync(dist, { recursive: true }).filter((name) => name.endsWith('js.map'));
  return maps.sort().map((name) => {
    const map = JSON.parse(fs.readFileSync(join(dist, name), 'utf8'));
    const source = join(dirname(join(dist, name)), map.sources[0]);
    const path = relative(join(copy, 'lib'), source);
    const script = name.slice(0, -'.map'.length);
    const code = fs.readFileSync(join(dist, script), 'utf8');
    const text = fs.readFileSync(source, 'utf8');
    return { path, ...measure(path, text, code, map, byUrl.get(script)) };
  });
}

function main(folder) {
  const copy = join(folder, 'copy');
  const raw = join(folder, 'raw');
  const runtime = join(folder, 'runtime'); // no server of another run is found
  for (const each of [copy, raw, runtime]) fs.mkdirSync(each, { mode: 0o700 });
  build(copy);
  const jest = ['node_modules/jest/bin/jest.js', '-c', 'jest.coverage.js', ...jestArguments];
  const tests = spawnSync(process.execPath, jest, {
    cwd: copy,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, NODE_V8_COVERAGE: raw, XDG_RUNTIME_DIR: runtime },
  });
  const dist = join(copy, 'dist');
  const nameOf = (url) => {
    // Jest names a script by its path, Node by its URL; what was merged has its name already.
    const path = url.startsWith('file:') ? fileURLToPath(url) : url;
    return path.startsWith(dist) ? relative(dist, path) : undefined;
  };
  const { scripts, reports, broken } = merge(raw, nameOf);
  console.log(`${reports} reports, of test files, processes and Workers; ${broken} were cut off`);
  const files = measureAll(copy, scripts);
  printTable('lib/', files);
  if (has('--native')) printTable("native/, by the core's tests", measureNative(copy));
  // A part of the tests need not run every line.
  if (jestArguments.length === 0 || has('--uncovered')) printReasons(files);
  return tests.status;
}

const folder = fs.mkdtempSync(join(tmpdir(), 'minitalk-coverage-'));
try {
  process.exitCode = main(folder);
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}

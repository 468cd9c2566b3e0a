// A copy of the repository in which one thing at a time is changed: all of it is compiled
// once, and after an edit only what that file is part of.
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const { availableParallelism } = require('node:os');
const { basename, join } = require('node:path');
const esbuild = require('esbuild');
const { bundle } = require('../../scripts/bundle.js');
const { marked } = require('../support/marked.js');
const { replaceOnce } = require('../support/replace-once.js');

const root = join(__dirname, '..', '..');
/** Nothing here takes so long but what hangs. */
const LIMIT_MS = 90_000;
/** A test that waits for what does not come need not wait long. */
const PATIENCE = { testTimeout: 15_000, PATIENCE_MS: '6000', seconds: 10 };
const SCRIPT = { format: 'cjs', platform: 'node', target: 'node20', logLevel: 'silent' };
const MARK = 'MINITALK_MUTATION';
let spawned = 0;

const GYP = 'binding.gyp';
const isNative = (path) => path.startsWith('native/') || path === GYP;
const isLib = (path) => path.startsWith('lib/');

const jestConfig = `module.exports = {
  testEnvironment: 'node',
  maxWorkers: 1,
  testMatch: ['<rootDir>/test/**/*.test.js'],
  transform: {}, // compiled before
  cacheDirectory: '<rootDir>/.jest',
  testTimeout: ${PATIENCE.testTimeout},
};
`;

function listOf(folder, ending) {
  return fs
    .readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith(ending) && !name.endsWith('.d.ts'))
    .map((name) => join(folder, name));
}

/** Ends each process that carries the mark. */
function endMarked(mark) {
  for (const { pid } of marked(MARK, mark)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  }
}

class Tree {
  #folder;
  #core;
  /** Object files of the core's tests, by source, as nothing is changed. */
  #objects = new Map();
  #edited = new Set();

  constructor(folder) {
    this.#folder = folder;
    this.#core = join(folder, 'core-build');
  }

  /** Copies the repository and compiles all of it. */
  async build() {
    fs.mkdirSync(this.#folder, { recursive: true });
    const copied = ['build', 'dist'].filter((name) => fs.existsSync(join(root, name)));
    await this.#must('copy', join(root, 'scripts', 'copy-repository.sh'), [
      this.#folder,
      ...copied,
    ]);
    await this.#must('build', 'npm', ['run', '--silent', 'build:native']);
    await this.#must('build', 'npm', ['run', '--silent', 'build:ts']);
    await this.#transpile(
      ['lib', 'test'].flatMap((name) => listOf(join(this.#folder, name), '.ts')),
      this.#folder,
    );
    fs.writeFileSync(join(this.#folder, 'jest.mutation.js'), jestConfig);
    this.#copyFolder('build', 'build.unchanged');
    await this.#buildCore();
    this.#open();
    return this;
  }

  /** Another copy of it. */
  async copy(folder) {
    await this.#must('copy', 'cp', ['-a', this.#folder, folder]);
    const other = new Tree(folder);
    other.#objects = this.#objects;
    other.#open();
    return other;
  }

  #open() {
    this.runtime = join(this.#folder, 'runtime');
    fs.mkdirSync(this.runtime, { recursive: true, mode: 0o700 });
  }

  /** Edits a file; what is returned undoes that. */
  edit([path, find, replacement]) {
    const file = join(this.#folder, path);
    const { atime, mtime } = fs.statSync(file);
    const before = replaceOnce(this.#folder, [path, find, replacement]);
    this.#edited.add(path);
    return () => {
      fs.writeFileSync(file, before);
      fs.utimesSync(file, atime, mtime);
    };
  }

  /** Compiles what was edited, for the tests that are to run. */
  async compile(isForCore) {
    const edited = [...this.#edited];
    if (isForCore) await this.#linkCore(edited);
    else if (edited.includes(GYP)) {
      await this.#must('build', 'npm', ['run', '--silent', 'build:native']);
    } else if (edited.some(isNative)) await this.#must('build', 'make', ['-s', '-C', 'build']);
    if (edited.some(isLib)) await this.#buildLib(edited.filter(isLib));
  }

  /** After the edits were undone: puts back what had been compiled of them. */
  async restore() {
    const edited = [...this.#edited];
    this.#edited.clear();
    if (edited.some(isNative)) this.#copyFolder('build.unchanged', 'build');
    if (edited.some(isLib)) await this.#buildLib(edited.filter(isLib));
  }

  #copyFolder(from, to) {
    fs.rmSync(join(this.#folder, to), { recursive: true, force: true });
    const options = { recursive: true, preserveTimestamps: true };
    fs.cpSync(join(this.#folder, from), join(this.#folder, to), options);
  }

  async #transpile(files, outdir, outbase = this.#folder) {
    await esbuild.build({ ...SCRIPT, entryPoints: files, outdir, outbase });
  }

  async #buildLib(paths) {
    const files = paths.map((path) => join(this.#folder, path));
    await this.#transpile(files, this.#folder);
    const library = files.filter((file) => !file.startsWith(join(this.#folder, 'lib', 'cli')));
    const dist = join(this.#folder, 'dist');
    await this.#transpile(library, dist, join(this.#folder, 'lib'));
    await bundle(this.#folder);
  }

  async #buildCore() {
    fs.mkdirSync(this.#core, { recursive: true });
    for (const from of ['native/core', 'native/handler', 'test/core']) {
      for (const name of fs.readdirSync(join(this.#folder, from), { recursive: true })) {
        if (!name.endsWith('.cc')) continue;
        this.#objects.set(join(from, name), join('core-build', `${basename(name, '.cc')}.o`));
      }
    }
    await this.#compileCore(this.#objects);
  }

  /** @param objects by source */
  async #compileCore(objects) {
    const each = 'g++ -std=c++17 -O1 -fno-exceptions -pthread -MMD -I native -I test/core -c';
    const jobs = availableParallelism();
    const input = [...objects].map(([source, object]) => `${source}\0-o\0${object}\0`).join('');
    const args = ['-0', '-n', '3', '-P', String(jobs), ...each.split(' ')];
    await this.#must('compile', 'xargs', args, { input });
  }

  /** The core's tests with what these files change; the objects of the unchanged stay. */
  async #linkCore(edited) {
    const changed = new Map();
    const objects = [];
    for (const [source, object] of this.#objects) {
      const needs = fs.readFileSync(join(this.#folder, object.replace(/o$/, 'd')), 'utf8');
      if (edited.some((path) => needs.split(/\s+/).includes(path))) {
        changed.set(source, object.replace(/\.o$/, '.changed.o'));
      }
      objects.push(changed.get(source) ?? object);
    }
    if (changed.size > 0) await this.#compileCore(changed);
    const rest = ['-o', 'core-build/core-test', '-pthread', '-ldl'];
    await this.#must('link', 'g++', [...objects, ...rest]);
  }

  /**
   * Runs the tests of a Jest file whose names hold one of these; gives the names of those
   * that passed and that failed, and what is said of them. `died`: what ended the tests
   * themselves, if something did.
   */
  async runJest(file, names) {
    const pattern = names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
    const report = join(this.#folder, 'report.json');
    fs.rmSync(report, { force: true });
    const { output, died } = await this.#spawn(
      process.execPath,
      [
        ...['node_modules/jest/bin/jest.js', '-c', 'jest.mutation.js', '--silent', '--json'],
        '--forceExit', // what waits in vain goes on when its test has failed
        ...[`--outputFile=${report}`, '-t', pattern, '--runTestsByPath', `test/${file}.test.js`],
      ],
      { env: { PATIENCE_MS: PATIENCE.PATIENCE_MS } },
    );
    if (!fs.existsSync(report)) return { passed: [], failed: [], report: output, died };
    const result = JSON.parse(fs.readFileSync(report, 'utf8'));
    const tests = result.testResults.flatMap(({ assertionResults }) => assertionResults);
    const of = (status) =>
      tests.filter((test) => test.status === status).map(({ fullName }) => fullName);
    const said = result.testResults.map(({ message }) => message).join('');
    return { passed: of('passed'), failed: of('failed'), report: said };
  }

  /** The same of the core's tests whose sentence or file holds the name. */
  async runCore(name) {
    const { output, died } = await this.#spawn('core-build/core-test', [
      `--seconds=${PATIENCE.seconds}`,
      name,
    ]);
    const lines = output.split('\n');
    const of = (verdict) => lines.filter((line) => line.startsWith(verdict));
    return { passed: of('ok '), failed: of('FAIL'), report: output, died };
  }

  async #must(what, command, args, options) {
    const { output, died, code } = await this.#spawn(command, args, { limit: 900_000, ...options });
    if (died === undefined && code === 0) return;
    throw new Error(`cannot ${what}: ${command} ended with ${died ?? code}\n${output}`);
  }

  /** Whatever it started has ended when it has. */
  #spawn(command, args, { input = '', env = {}, limit = LIMIT_MS } = {}) {
    const mark = `${process.pid}-${++spawned}`;
    const runtime = this.runtime === undefined ? {} : { XDG_RUNTIME_DIR: this.runtime };
    const child = spawn(command, args, {
      cwd: fs.existsSync(this.#folder) ? this.#folder : root,
      env: { ...process.env, ...runtime, ...env, [MARK]: mark },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk;
      });
    }
    child.stdin.on('error', () => {}).end(input);
    return new Promise((resolve, reject) => {
      let died;
      const timer = setTimeout(() => {
        died = 'a hang';
        endMarked(mark);
      }, limit);
      child.once('error', reject);
      child.once('close', (code, signal) => {
        clearTimeout(timer);
        endMarked(mark);
        resolve({ code, died: died ?? signal ?? undefined, output });
      });
    });
  }
}

module.exports = { Tree };

// The lines of native/handler and native/core that run while the core's own tests do (gcov).
// Its tests fork: a child that is ended by a signal writes down nothing, one that ends
// by _exit(2) does so on its way through the function below.
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const { availableParallelism } = require('node:os');
const { join, basename, dirname } = require('node:path');

const FOLDERS = ['native/handler', 'native/core', 'test/core'];
const OBJECTS = 'core-coverage';
const COMPILE = 'g++ -std=c++17 -O0 --coverage -fno-exceptions -pthread -I native -I test/core -c';

const EXIT = `extern "C" void __gcov_dump();
extern "C" [[noreturn]] void __real__exit(int status);
extern "C" [[noreturn]] void __wrap__exit(int status) {
  __gcov_dump();
  __real__exit(status);
}
`;

function run(copy, command, args, input) {
  const options = { cwd: copy, input, encoding: 'utf8', maxBuffer: 2 ** 30 };
  const { status, stdout, stderr } = spawnSync(command, args, options);
  if (status !== 0) throw new Error(`${command} ended with ${status}\n${stdout}${stderr}`);
  return stdout;
}

/** How often each line ran, by file and line, over all that were compiled from it. */
function countLines(copy) {
  const data = fs.readdirSync(join(copy, OBJECTS)).filter((name) => name.endsWith('.gcda'));
  const files = new Map();
  const paths = data.map((name) => join(OBJECTS, name));
  const output = run(copy, 'gcov', ['--json-format', '--stdout', ...paths]);
  for (const report of output.split('\n').filter((line) => line !== '')) {
    for (const { file, lines } of JSON.parse(report).files) {
      if (!/^native\/(handler|core)\//.test(file)) continue;
      const counts = files.get(file) ?? new Map();
      for (const { line_number: line, count } of lines) {
        counts.set(line, (counts.get(line) ?? 0) + count);
      }
      files.set(file, counts);
    }
  }
  return files;
}

/** The table's rows, and the lines that no test ran. */
exports.measureNative = (copy) => {
  fs.mkdirSync(join(copy, OBJECTS));
  fs.writeFileSync(join(copy, OBJECTS, 'exit.cc'), EXIT);
  const sources = FOLDERS.flatMap((folder) =>
    fs
      .readdirSync(join(copy, folder), { recursive: true })
      .filter((name) => name.endsWith('.cc'))
      .map((name) => join(folder, name)),
  );
  const objectOf = (source) => join(OBJECTS, `${basename(source, '.cc')}.o`);
  const input = sources.map((source) => `${source}\0-o\0${objectOf(source)}\0`).join('');
  const jobs = String(availableParallelism());
  run(copy, 'xargs', ['-0', '-n', '3', '-P', jobs, ...COMPILE.split(' ')], input);
  const test = join(OBJECTS, 'core-test');
  const objects = sources.map(objectOf);
  run(copy, 'g++', ['-c', join(OBJECTS, 'exit.cc'), '-o', join(OBJECTS, 'exit.o')]);
  const link = ['--coverage', '-Wl,--wrap=_exit', '-o', test, '-pthread', '-ldl'];
  run(copy, 'g++', [...objects, join(OBJECTS, 'exit.o'), ...link]);
  // It counts here and is judged elsewhere: this is slower than what some tests allow for.
  const { stdout } = spawnSync(test, [], { cwd: copy, encoding: 'utf8' });
  console.log(`the core's tests: ${stdout.trim().split('\n').at(-1)}`);
  return [...countLines(copy)].sort().map(([path, counts]) => {
    const texts = fs.readFileSync(join(copy, path), 'utf8').split('\n');
    const lines = [...counts].sort(([a], [b]) => a - b);
    return {
      path,
      folder: dirname(path),
      branches: [],
      lines: lines.map(([line, count]) => ({
        line,
        text: texts[line - 1].trim(),
        isCovered: count > 0,
      })),
    };
  });
};

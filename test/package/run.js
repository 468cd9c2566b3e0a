// npm run test:package: packs the package and uses it as a stranger would, installed from the tarball
// where there is no compiler: by each package manager, TypeScript resolution and bundler.
// It is packed in a copy, because packing builds, and others may be using what is built here.
// Options:
//   --tarball FILE   an already packed one
//   --only WORD      the tests of *WORD*.test.js
const { spawn } = require('node:child_process');
const { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } = require('node:fs');
const { availableParallelism, tmpdir } = require('node:os');
const { join, resolve } = require('node:path');
const { parseArgs } = require('node:util');

const root = resolve(__dirname, '../..');

/** What the package is tried with, beside the tools of this repository: exact versions. */
const tools = {
  pnpm: '10.34.8',
  yarn: '1.22.22',
  '@yarnpkg/cli-dist': '4.18.1',
  webpack: '5.113.0',
  rollup: '4.68.8',
  '@rollup/plugin-commonjs': '29.0.3',
  '@rollup/plugin-node-resolve': '16.0.3',
  vite: '7.3.8',
  '@vercel/ncc': '0.45.0',
  postject: '1.0.0-alpha.6',
};

/** Runs a command; what it says is shown where it fails. */
function run(command, args, cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk;
      });
    }
    child.on('error', reject);
    child.on('close', (status) => {
      if (status === 0) resolve(output);
      else reject(new Error(`${command} ${args.join(' ')}: status ${status}\n${output}`));
    });
  });
}

async function pack(folder) {
  const copy = join(folder, 'copy');
  mkdirSync(copy);
  // With what node-gyp has made, which packing needs no second time.
  await run(join(root, 'scripts/copy-repository.sh'), [copy, 'build'], root);
  await run('npm', ['pack', '--pack-destination', folder], copy);
  return join(
    folder,
    readdirSync(folder).find((name) => name.endsWith('.tgz')),
  );
}

async function installTools(folder) {
  const home = join(folder, 'tools');
  mkdirSync(home);
  writeFileSync(join(home, 'package.json'), JSON.stringify({ private: true, dependencies: tools }));
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], home);
  return home;
}

async function main() {
  const { values } = parseArgs({
    options: { tarball: { type: 'string' }, only: { type: 'string', default: '' } },
  });
  const folder = mkdtempSync(join(tmpdir(), 'minitalk-package-'));
  try {
    const [tarball, home] = await Promise.all([
      values.tarball === undefined ? pack(folder) : resolve(values.tarball),
      installTools(folder),
    ]);
    const tests = readdirSync(__dirname)
      .filter((name) => name.endsWith('.test.js') && name.includes(values.only))
      .map((name) => join(__dirname, name));
    const options = [
      '--test',
      '--test-reporter=spec',
      `--test-concurrency=${availableParallelism()}`,
    ];
    const runner = spawn(process.execPath, [...options, ...tests], {
      cwd: root,
      env: { ...process.env, MINITALK_TARBALL: tarball, MINITALK_TOOLS: home },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    process.exitCode = await new Promise((resolve) => {
      runner.on('close', (status) => resolve(status ?? 1));
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});

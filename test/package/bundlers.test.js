// Programs with the package in a bundle: each bundler as it is, or with the one line that docs/install.md
// says. A bundled server and a bundled client talk.
const assert = require('node:assert/strict');
const { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { before, describe, test } = require('node:test');
const { promisify } = require('node:util');
const { runInThisContext } = require('node:vm');
const {
  folder,
  newUserByNpm,
  pidOf,
  requireTool,
  root,
  run,
  start,
  toolModules,
} = require('./support.js');

const documented = readFileSync(join(root, 'docs/install.md'), 'utf8');
/** A line of docs/install.md. */
function line(text) {
  assert.ok(documented.includes(`\`${text}\``), `not documented: ${text}`);
  return text;
}
/** The same as properties of a configuration. */
const configuration = (text) => (text === '' ? {} : runInThisContext(`({ ${line(text)} })`));

let user;
let addon;
/** Where no package is installed. */
const elsewhere = join(folder, 'elsewhere');

before(async () => {
  mkdirSync(elsewhere);
  user = await newUserByNpm('bundlers');
  const name = `prebuilds/linux-${process.arch}/minitalk.glibc.node`;
  addon = join(elsewhere, 'minitalk.node');
  copyFileSync(join(user, 'node_modules/minitalk', name), addon);
});

/** The program `words` as a server and as its client. */
async function talks(words, env = {}) {
  const begin = (...more) => start(words[0], [...words.slice(1), ...more], { env, cwd: elsewhere });
  const server = begin();
  const pid = await pidOf(server);
  const client = await begin(pid, 'from a bundle').closed;
  assert.equal(client.status, 0, client.stderr);
  const { stdout, stderr } = await server.closed;
  assert.equal(stdout, `${pid}\nfrom a bundle\ntrue\n`, stderr);
}

const withAddon = () => {
  line('MINITALK_ADDON=path/to/minitalk.node');
  return { MINITALK_ADDON: addon };
};

function binariesIn(place) {
  const binaries = readdirSync(place, { recursive: true }).filter((path) => path.endsWith('.node'));
  assert.notEqual(binaries.length, 0);
  return binaries.sort();
}

/** What is not found says what to do. */
async function saysWhatToDo(words) {
  const { status, stderr } = await start(words[0], words.slice(1), { cwd: elsewhere }).closed;
  assert.notEqual(status, 0);
  assert.match(stderr, /ERR_ADDON_NOT_FOUND/);
  assert.match(stderr, /leave it out \(external\), or set MINITALK_ADDON to the path/);
}

describe('esbuild', () => {
  const bundle = async (out, ...options) => {
    const esbuild = join(root, 'node_modules/.bin/esbuild');
    const args = ['talk.mjs', '--bundle', '--platform=node', `--outfile=${out}`, ...options];
    await run(esbuild, [...args, '--log-level=warning'], { cwd: user });
    return ['node', out];
  };

  for (const format of ['cjs', 'esm']) {
    test(`outside of the bundle, ${format}`, async () => {
      const out = join(user, 'esbuild', format === 'esm' ? 'talk.mjs' : 'talk.cjs');
      await talks(await bundle(out, line('--external:minitalk'), `--format=${format}`));
    });
  }

  test('inside of it, with the path of the addon', async () => {
    const program = await bundle(join(elsewhere, 'esbuild.cjs'));
    await saysWhatToDo(program);
    await talks(program, withAddon());
  });
});

describe('webpack', () => {
  const bundle = async (path, text) => {
    const webpack = promisify(requireTool('webpack'));
    const stats = await webpack({
      mode: 'production',
      target: 'node',
      context: user,
      entry: './talk.mjs',
      output: { path, filename: 'webpack.cjs' },
      ...configuration(text),
    });
    assert.ok(!stats.hasErrors() && !stats.hasWarnings(), stats.toString('errors-warnings'));
    return ['node', join(path, 'webpack.cjs')];
  };

  test('outside of the bundle', async () => {
    const out = join(user, 'webpack');
    await talks(await bundle(out, "externals: [/^minitalk/], externalsType: 'commonjs'"));
  });

  test('inside of it, with the path of the addon', async () => {
    const program = await bundle(elsewhere, '');
    await saysWhatToDo(program);
    await talks(program, withAddon());
  });
});

describe('rollup, with node-resolve and commonjs', () => {
  const bundle = async (file, text) => {
    const { rollup } = requireTool('rollup');
    const { nodeResolve } = requireTool('@rollup/plugin-node-resolve');
    const commonjs = requireTool('@rollup/plugin-commonjs');
    const made = await rollup({
      input: join(user, 'talk.mjs'),
      plugins: [nodeResolve({ exportConditions: ['node'] }), commonjs()],
      ...configuration(text),
    });
    await made.write({ file, format: 'es' });
    await made.close();
    return ['node', file];
  };

  test('outside of the bundle', async () => {
    await talks(await bundle(join(user, 'rollup/talk.mjs'), 'external: [/^minitalk/]'));
  });

  test('inside of it, with the path of the addon', async () => {
    await talks(await bundle(join(elsewhere, 'rollup.mjs'), ''), withAddon());
  });
});

test('vite builds for SSR as it is', async () => {
  const vite = join(toolModules, 'vite/bin/vite.js');
  const out = join(user, 'vite');
  await run('node', [vite, 'build', '--ssr', 'talk.mjs', '--outDir', out], { cwd: user });
  await talks(['node', join(out, 'talk.mjs')]);
});

test('ncc works as it is, and takes all binaries along', async () => {
  const ncc = join(toolModules, '@vercel/ncc/dist/ncc/cli.js');
  const out = join(elsewhere, 'ncc');
  await run('node', [ncc, 'build', 'talk.cjs', '--out', out], { cwd: user });
  assert.deepEqual(binariesIn(out), binariesIn(join(user, 'node_modules/minitalk')));
  await talks(['node', join(out, 'index.cjs')]);
});

test('a single executable, with the path of the addon', async () => {
  const bundled = join(elsewhere, 'single.cjs');
  const esbuild = join(root, 'node_modules/.bin/esbuild');
  await run(esbuild, ['talk.mjs', '--bundle', '--platform=node', `--outfile=${bundled}`], {
    cwd: user,
  });
  const blob = join(elsewhere, 'single.blob');
  const described = join(elsewhere, 'single.json');
  writeFileSync(
    described,
    JSON.stringify({ main: bundled, output: blob, disableExperimentalSEAWarning: true }),
  );
  await run('node', ['--experimental-sea-config', described]);
  const executable = join(elsewhere, 'single');
  copyFileSync(process.execPath, executable);
  await run('node', [
    join(toolModules, 'postject/dist/cli.js'),
    executable,
    'NODE_SEA_BLOB',
    blob,
    '--sentinel-fuse',
    'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2',
  ]);
  await saysWhatToDo([executable]);
  await talks([executable], withAddon());
});

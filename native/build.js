#!/usr/bin/env node
// Builds the addon from the sources in this folder, with a C++17 compiler alone: for a platform that
// no ready-made binary fits, and, with compilers for other platforms, those binaries themselves
// (scripts/package-prebuild.js). In an installed package:
//   node node_modules/minitalk/native/build.js
// Options:
//   --output FILE        default: build/Release/minitalk.node in the package, where it is found first
//   --node-headers DIR   the folder with node_api.h and uv.h; default: beside this Node, or the system's
// CXX names the compiler, CXXFLAGS and LDFLAGS add to its options.
const { spawn } = require('node:child_process');
const { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } = require('node:fs');
const { availableParallelism, tmpdir } = require('node:os');
const { dirname, join, relative, resolve, sep } = require('node:path');
const { parseArgs } = require('node:util');

const native = __dirname;
const packageRoot = dirname(native);

/** Those of binding.gyp; a test compares them. */
const defines = [
  'NAPI_VERSION=9',
  'NODE_ADDON_API_DISABLE_CPP_EXCEPTIONS',
  'NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS',
];
const compilerOptions = [
  '-std=c++17',
  '-fno-exceptions',
  '-fno-rtti',
  '-fvisibility=hidden',
  '-Wall',
  '-Wextra',
  '-O2',
];
const linkerOptions =
  process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : ['-Wl,-z,nodelete'];
const libraries = process.platform === 'darwin' ? [] : ['-ldl'];

/** All that is compiled: their paths. */
function sources() {
  return readdirSync(native, { recursive: true })
    .filter((path) => path.endsWith('.cc'))
    .map((path) => join(native, path))
    .sort();
}

class BuildError extends Error {}

/** @param named the only folder to look in */
function nodeHeaders(named) {
  const nodedir = process.env.npm_config_nodedir;
  const folders = named
    ? [resolve(named)]
    : [
        resolve(process.execPath, '../../include/node'),
        ...(nodedir ? [join(nodedir, 'include/node')] : []),
        '/usr/include/node',
      ];
  const found = folders.find((folder) => existsSync(join(folder, 'uv.h')));
  if (found !== undefined) return found;
  throw new BuildError(
    `no headers of Node (node_api.h, uv.h) in ${folders.join(', ')}: install them ` +
      '(Debian: libnode-dev, Alpine: nodejs-dev; the archives of nodejs.org hold them), or name their folder with --node-headers',
  );
}

/** Comes with the package; in a checkout it is a dependency. */
function nodeAddonApi() {
  const beside = join(packageRoot, 'prebuilds/node-addon-api');
  if (existsSync(join(beside, 'napi.h'))) return beside;
  try {
    return dirname(require.resolve('node-addon-api/napi.h'));
  } catch {
    throw new BuildError(`no napi.h in ${beside}, and the package node-addon-api is not installed`);
  }
}

/** Runs a command with nothing to read; its output is ours. */
function run(command, args, cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', (error) => {
      if (error.code !== 'ENOENT') reject(error);
      else reject(new BuildError(noCompiler(command)));
    });
    child.on('close', (status, signal) => {
      if (status === 0) resolve();
      else reject(new BuildError(`${command} ended with ${signal ?? `status ${status}`}`));
    });
  });
}

const noCompiler = (command) =>
  `no C++17 compiler: ${command} is not found; install one (Debian, Ubuntu: apt-get install g++; ` +
  'Fedora: dnf install gcc-c++; Alpine: apk add g++ linux-headers), or name it with CXX';

/** As many at once as there are processors; after a failure no more are begun. */
async function forEach(items, action) {
  const left = [...items];
  let failure;
  const work = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) {
      await action(item).catch((error) => {
        failure ??= error;
        left.length = 0;
      });
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  if (failure !== undefined) throw failure;
}

/**
 * Compiles and links. A file that was there is replaced at once: a process that has it loaded keeps
 * what it has.
 * @param output where the addon goes
 * @param compiler the command and its first arguments; `linker` is the compiler unless told
 * @param headers the folder with Node's
 * @param options more of the compiler's, `moreLinkerOptions` of the linker's
 * @param moreSources beside those of this folder
 */
async function build({
  output,
  compiler,
  linker = compiler,
  headers = nodeHeaders(),
  options = [],
  moreLinkerOptions = [],
  moreSources = [],
}) {
  // Relative to the package: then what one copy has compiled zig's cache has for all others.
  const fromRoot = (path) =>
    path.startsWith(packageRoot + sep) ? relative(packageRoot, path) : path;
  const compile = [
    ...compiler.slice(1),
    '-fPIC',
    '-pthread',
    ...compilerOptions,
    ...defines.map((define) => `-D${define}`),
    ...[native, headers, nodeAddonApi()].flatMap((folder) => ['-I', fromRoot(folder)]),
    ...options,
    '-c',
  ];
  const folder = mkdtempSync(join(tmpdir(), 'minitalk-build-'));
  const unfinished = `${output}.${process.pid}`;
  try {
    const objects = [...sources(), ...moreSources].map((source, i) => ({
      source,
      object: join(folder, `${i}.o`),
    }));
    await forEach(objects, ({ source, object }) =>
      run(compiler[0], [...compile, fromRoot(source), '-o', object], packageRoot),
    );
    mkdirSync(dirname(output), { recursive: true });
    const linked = [...objects.map(({ object }) => object), '-o', unfinished];
    const link = [...linker.slice(1), '-shared', '-pthread', ...linked];
    await run(linker[0], [...link, ...linkerOptions, ...moreLinkerOptions, ...libraries], folder);
    renameSync(unfinished, output);
  } finally {
    rmSync(unfinished, { force: true });
    rmSync(folder, { recursive: true });
  }
}

const words = (text) => (text ?? '').split(/\s+/).filter((word) => word !== '');

async function main() {
  const { values } = parseArgs({
    options: {
      output: { type: 'string' },
      'node-headers': { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    console.log('usage: node native/build.js [--output FILE] [--node-headers DIR]');
    return;
  }
  const output = resolve(values.output ?? join(packageRoot, 'build/Release/minitalk.node'));
  const compiler = words(process.env.CXX);
  await build({
    output,
    compiler: compiler.length > 0 ? compiler : ['c++'],
    options: words(process.env.CXXFLAGS),
    moreLinkerOptions: words(process.env.LDFLAGS),
    headers: nodeHeaders(values['node-headers']),
  });
  console.log(output);
}

module.exports = { build, compilerOptions, defines, sources };

if (require.main === module) {
  main().catch((error) => {
    console.error(`minitalk: cannot build the addon: ${error.message}`);
    process.exitCode = 1;
  });
}

// npm run package:prebuild: the addon for the platforms that the package has binaries for, into
// prebuilds/PLATFORM-ARCH/minitalk.LIBC.node. One compiler makes them all, on Linux x64; it is fetched
// where it is missing.
// Options:
//   --only PLATFORM/LIBC,...   some of them, such as linux-x64/musl
const { cpSync, readFileSync, rmSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { parseArgs } = require('node:util');
const { build } = require('../native/build.js');
const { fetchZig } = require('./zig.js');

/** By platform and C library, zig's names. */
const targets = {
  'linux-x64/glibc': 'x86_64-linux-gnu.2.17',
  'linux-x64/musl': 'x86_64-linux-musl',
  'linux-arm64/glibc': 'aarch64-linux-gnu.2.17',
  'linux-arm64/musl': 'aarch64-linux-musl',
};

const prebuilds = join(__dirname, '..', 'prebuilds');

/** What the sources need to be compiled elsewhere, beside Node's own headers. */
function copyNodeAddonApi() {
  const from = dirname(require.resolve('node-addon-api/napi.h'));
  for (const name of ['napi.h', 'napi-inl.h', 'napi-inl.deprecated.h', 'LICENSE.md']) {
    cpSync(join(from, name), join(prebuilds, 'node-addon-api', name));
  }
}

/** All of C++ that it needs is in it: elsewhere nothing would be found under such a name. */
function assertNoRuntimeNeeded(output) {
  const names = readFileSync(output, 'latin1').match(/\b_Z\w+/g);
  if (names !== null)
    throw new Error(`${output} needs ${names.join(', ')}, which prebuild/runtime.cc lacks`);
}

async function main() {
  const { values } = parseArgs({ options: { only: { type: 'string' } } });
  const wanted = values.only?.split(',') ?? Object.keys(targets);
  const zig = fetchZig();
  if (values.only === undefined) {
    rmSync(prebuilds, { recursive: true, force: true });
    copyNodeAddonApi();
  }
  for (const name of wanted) {
    const target = targets[name];
    if (target === undefined) throw new Error(`no target ${name}: ${Object.keys(targets)}`);
    const [platform, libc] = name.split('/');
    const output = join(prebuilds, platform, `minitalk.${libc}.node`);
    await build({
      output,
      compiler: [zig, 'c++', '-target', target],
      // Not as C++: no whole runtime goes in, see prebuild/runtime.cc.
      linker: [zig, 'cc', '-target', target],
      options: ['-fvisibility-global-new-delete=force-hidden', '-Wno-unused-command-line-argument'],
      moreLinkerOptions: ['-s', '-Wl,--gc-sections'],
      moreSources: [join(__dirname, 'prebuild', 'runtime.cc')],
    });
    assertNoRuntimeNeeded(output);
    console.log(output);
  }
}

main().catch((error) => {
  console.error(`minitalk: cannot make the ready-made binaries: ${error.message}`);
  process.exitCode = 1;
});

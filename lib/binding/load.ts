// Finds the native addon: built here, or prebuilt for this platform.
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';

import loadAddon = require('node-gyp-build');

/** The package's folder. How far below it this stands depends: the commands are bundled. */
function packageRoot(): string {
  let folder = dirname(__dirname);
  while (!isThere(join(folder, 'package.json')) && folder !== dirname(folder)) {
    folder = dirname(folder);
  }
  return folder;
}

/** Not existsSync(): access(2) asks what the real user may, without capabilities. */
function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function load(): unknown {
  const root = packageRoot();
  try {
    return loadAddon(root);
  } catch (cause) {
    throw new Error(
      `minitalk: no native addon for ${process.platform}-${process.arch}, Node-API ${process.versions['napi']}; ` +
        `looked for build/Release and prebuilds in ${root}. Build it there with: npm run build:native`,
      { cause },
    );
  }
}

/** All that the addon exports; the contracts beside this file give it its types. */
export const addon = load();

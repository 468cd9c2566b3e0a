// Finds the native addon: built here, or prebuilt for this platform.
import { join } from 'node:path';

import loadAddon = require('node-gyp-build');

function load(): unknown {
  const root = join(__dirname, '..', '..');
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

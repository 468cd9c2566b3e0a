// Finds the native addon and loads it: one built from the sources, or the ready-made one for
// this platform. Where nothing is found or it does not load, the error says which of the two.
import { closeSync, openSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';

import path = require('node:path');

import { doesNotLoad, isThere, notFound } from './load-error.js';

// This file, and each that it is bundled into, is two folders below the package's. Each path is
// one call of path.join with __dirname, and those of the binaries in the package are written out: so
// tools that gather a program's files (ncc, and all that use @vercel/nft) take them along.
const built = (): string => path.join(__dirname, '../../build/Release/minitalk.node');

function readyMade(platform: string, libc: string): string {
  switch (`${platform}/${libc}`) {
    case 'linux-x64/glibc':
      return path.join(__dirname, '../../prebuilds/linux-x64/minitalk.glibc.node');
    case 'linux-x64/musl':
      return path.join(__dirname, '../../prebuilds/linux-x64/minitalk.musl.node');
    case 'linux-arm64/glibc':
      return path.join(__dirname, '../../prebuilds/linux-arm64/minitalk.glibc.node');
    case 'linux-arm64/musl':
      return path.join(__dirname, '../../prebuilds/linux-arm64/minitalk.musl.node');
    default:
      return path.join(__dirname, '../../prebuilds', platform, `minitalk.${libc}.node`);
  }
}

const HEAD_BYTES = 4096;

/** The C library of this process, by the loader that its executable names (ld.so(8)). */
function libc(): 'glibc' | 'musl' {
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    const executable = openSync(process.execPath, 'r');
    try {
      readSync(executable, head, 0, HEAD_BYTES, 0);
    } finally {
      closeSync(executable);
    }
    return head.includes('ld-musl-') ? 'musl' : 'glibc';
  } catch {
    return 'glibc';
  }
}

/** Where to look, best first. */
function candidates(): string[] {
  const named = process.env['MINITALK_ADDON'];
  if (named) return [path.resolve(named)];
  // In a bundle of ES modules there is no such name.
  if (typeof __dirname === 'undefined') return [];
  return [built(), readyMade(`${process.platform}-${process.arch}`, libc())];
}

function load(): unknown {
  const files = candidates();
  // What can not be looked at is tried: the loader says why.
  const file = files.find((each) => isThere(each) !== false);
  if (file === undefined) throw notFound(files);
  try {
    // Not this module's require, which bundlers follow or replace.
    return createRequire(file)(file);
  } catch (cause) {
    throw doesNotLoad(file, cause);
  }
}

/** All that the addon exports; the contracts beside this file give it its types. */
export const addon = load();

// Why there is no addon: nothing was found, or what was found does not load; and what to do.
import { readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** 'ERR_ADDON_NOT_FOUND', or 'ERR_ADDON_LOAD' with the loader's own error as `cause`. */
export type LoadErrorCode = 'ERR_ADDON_NOT_FOUND' | 'ERR_ADDON_LOAD';

/** The addon is missing or does not load; `import` and `require` of minitalk throw it. */
export class LoadError extends Error {
  override name = 'LoadError';
  readonly code: LoadErrorCode;

  constructor(code: LoadErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/**
 * Whether a file is there; undefined: it can not be looked at (permissions).
 * Not existsSync(): access(2) asks what the real user may, without capabilities.
 */
export function isThere(file: string): boolean | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return undefined;
  }
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** @param files where it was looked for */
export function notFound(files: readonly string[]): LoadError {
  const error = (message: string): LoadError => new LoadError('ERR_ADDON_NOT_FOUND', message);
  const [first, prebuilt] = files;
  if (first === undefined) {
    return error(
      'the native addon of minitalk can not be found from inside a bundle of ES modules: leave minitalk out of the bundle (external), or set MINITALK_ADDON to the path of minitalk.node',
    );
  }
  if (prebuilt === undefined)
    return error(`no native addon of minitalk at ${first}, which MINITALK_ADDON names`);
  const root = resolve(dirname(first), '../..');
  if (isThere(join(root, 'binding.gyp'))) {
    return error(
      `the checkout of minitalk in ${root} is not built: run "npm ci" there, or "npm run build:native"`,
    );
  }
  const builder = join(root, 'native/build.js');
  if (!isThere(builder)) {
    return error(
      `no native addon of minitalk at ${first} or ${prebuilt}; where minitalk is bundled, leave it out (external), or set MINITALK_ADDON to the path of minitalk.node`,
    );
  }
  const prebuilds = resolve(dirname(prebuilt), '..');
  const there = listed(prebuilds).flatMap((platform) =>
    listed(join(prebuilds, platform))
      .filter((name) => name.endsWith('.node'))
      .map((name) => `${platform}/${name}`),
  );
  return error(
    `no native addon of minitalk for this platform: looked for ${prebuilt} and ${first}; ready-made are ${there.join(', ') || 'none'}. ` +
      `Build it with a C++17 compiler: node ${builder}`,
  );
}

function whatToDo(file: string, code: string | undefined): string {
  if (code === 'ERR_DLOPEN_DISABLED') return 'run node with --allow-addons';
  if (code === 'ERR_ACCESS_DENIED')
    return `run node with --allow-addons and --allow-fs-read=${file}`;
  if (process.env['MINITALK_ADDON']) return 'it is the one that MINITALK_ADDON names';
  const builder = resolve(dirname(file), '../../native/build.js');
  return `build one for this system with a C++17 compiler: node ${builder}; or set MINITALK_ADDON to the path of one`;
}

/** @param cause what the loader threw */
export function doesNotLoad(file: string, cause: unknown): LoadError {
  const { message, code } = cause as NodeJS.ErrnoException;
  // An error of require() goes on with the files that asked for it.
  const words = message.replace(/\.?(\n[\s\S]*)?$/, '');
  return new LoadError(
    'ERR_ADDON_LOAD',
    `the native addon of minitalk, ${file}, does not load (${words}): ${whatToDo(file, code)}`,
    cause,
  );
}

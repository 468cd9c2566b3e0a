// A package of the npm registry that is too large, or too seldom needed, to be a dependency: a compiler,
// other versions of Node. It is kept in a cache outside the repository.
const { execFileSync } = require('node:child_process');
const { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } = require('node:fs');
const { homedir } = require('node:os');
const { join } = require('node:path');

/** Whoever deletes it loses nothing but time. */
function cacheFolder() {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'minitalk');
}

/**
 * The folder with the package's files. It appears there whole or not at all.
 * @param specifier NAME@VERSION, an exact version
 */
function fetchPackage(specifier) {
  const folder = join(cacheFolder(), specifier.replaceAll('/', '+'));
  if (existsSync(folder)) return folder;
  console.error(`minitalk: fetching ${specifier}, once, into ${folder}`);
  mkdirSync(cacheFolder(), { recursive: true });
  const unfinished = mkdtempSync(join(cacheFolder(), 'unfinished-'));
  try {
    // An npm pack may have called this: it passes its options on.
    const options = ['--silent', '--dry-run=false', `--pack-destination=${unfinished}`];
    execFileSync('npm', ['pack', ...options, specifier], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const [filename] = readdirSync(unfinished);
    execFileSync('tar', ['-xzf', filename], { cwd: unfinished });
    rmSync(join(unfinished, filename));
    try {
      renameSync(join(unfinished, 'package'), folder);
    } catch (error) {
      if (!existsSync(folder)) throw error; // another one was faster
    }
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return folder;
}

module.exports = { cacheFolder, fetchPackage };

// node scripts/man-pages.js: writes the man pages of lib/cli/manual into man/.
const { mkdirSync, writeFileSync } = require('node:fs');
const Module = require('node:module');
const { join } = require('node:path');
const esbuild = require('esbuild');

const root = join(__dirname, '..');

/** TypeScript that no program has a part of, loaded. */
function load(path) {
  const { outputFiles } = esbuild.buildSync({
    entryPoints: [path],
    bundle: true,
    packages: 'external',
    platform: 'node',
    write: false,
  });
  const loaded = new Module(path);
  loaded.paths = module.paths;
  loaded._compile(outputFiles[0].text, path);
  return loaded.exports;
}

/** That of the build, or what reproducible builds say it is. */
const epoch = process.env.SOURCE_DATE_EPOCH;
const date = epoch === undefined ? new Date() : new Date(Number(epoch) * 1000);

const { manPages } = load(join(root, 'lib', 'cli', 'manual', 'pages.ts'));
mkdirSync(join(root, 'man'), { recursive: true });
for (const [name, text] of Object.entries(manPages(date.toISOString().slice(0, 10)))) {
  writeFileSync(join(root, 'man', name), text);
}

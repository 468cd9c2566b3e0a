// node scripts/bundle.js: bundles each program, and the preload, into one file, with the packages that it needs. It
// starts sooner, and nothing else needs to be installed.
const { readdirSync, readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const esbuild = require('esbuild');

/** A file of its own, which a plain send does not load. */
const APART = 'commander';

/** Bundles what is in `root`/lib into `root`/dist; resolves with the names of the packages that are part of it now. */
async function bundle(root) {
  const programs = join(root, 'lib', 'cli', 'bin');
  const bin = join(root, 'dist', 'bin');
  const common = {
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
    allowOverwrite: true, // tsc's register.js
    metafile: true,
  };
  const results = await Promise.all([
    esbuild.build({
      ...common,
      entryPoints: readdirSync(programs)
        .filter((name) => name.endsWith('.ts'))
        .map((name) => join(programs, name)),
      outdir: bin,
      alias: { [APART]: `./${APART}.js` },
      external: [`./${APART}.js`],
    }),
    esbuild.build({
      ...common,
      entryPoints: [{ in: require.resolve(APART), out: APART }],
      outdir: bin,
    }),
    esbuild.build({
      ...common,
      entryPoints: [join(root, 'lib', 'signals', 'register.ts')],
      outdir: join(root, 'dist', 'signals'),
    }),
    esbuild.build({
      ...common,
      entryPoints: [{ in: join(root, 'lib', 'plot', 'viewer', 'viewer.ts'), out: 'plot-viewer' }],
      outdir: bin,
      platform: 'browser',
      target: 'es2022',
      format: 'iife',
      minify: true,
    }),
  ]);
  const paths = results.flatMap(({ metafile }) => Object.keys(metafile.inputs));
  const names = paths.map((path) => /.*\bnode_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}

/** The text that each licence wants beside the code. */
function licences(packages) {
  return packages
    .map((name) => {
      const folder = join(__dirname, '..', 'node_modules', name);
      const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
      return `${name} ${version}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
    })
    .join('\n---\n\n');
}

module.exports = { bundle };

if (require.main === module) {
  const root = join(__dirname, '..');
  bundle(root)
    .then((packages) =>
      writeFileSync(join(root, 'dist', 'bundled-licences.txt'), licences(packages)),
    )
    .catch(() => {
      process.exitCode = 1; // esbuild has said why
    });
}

// The package's types, by each way in which TypeScript finds a module.
const { cpSync } = require('node:fs');
const { join } = require('node:path');
const { before, test } = require('node:test');
const { newUserByNpm, root, run } = require('./support.js');

/** moduleResolution: what goes with it, and the files that it checks. */
const resolutions = {
  node16: [
    ['--module', 'node16'],
    ['consumer.cts', 'consumer.mts'],
  ],
  // The declarations themselves are checked once, which takes seconds.
  nodenext: [
    ['--module', 'nodenext', '--skipLibCheck', 'false'],
    ['consumer.cts', 'consumer.mts'],
  ],
  bundler: [['--module', 'esnext'], ['consumer.ts']],
  node10: [['--module', 'commonjs', '--ignoreDeprecations', '6.0'], ['consumer.ts']],
};

const modules = join(root, 'node_modules');
const always = [
  '--noEmit',
  '--strict',
  '--exactOptionalPropertyTypes',
  '--skipLibCheck',
  ...['--target', 'es2022', '--types', 'node', '--typeRoots', join(modules, '@types')],
];

let user;
before(async () => {
  user = await newUserByNpm('types');
  for (const name of ['consumer.cts', 'consumer.mts']) {
    cpSync(join(user, 'consumer.ts'), join(user, name));
  }
});

for (const [resolution, [options, files]] of Object.entries(resolutions)) {
  test(resolution, async () => {
    const tsc = join(modules, 'typescript/bin/tsc');
    const all = [...always, '--moduleResolution', resolution, ...options, ...files];
    await run('node', [tsc, ...all], { cwd: user });
  });
}

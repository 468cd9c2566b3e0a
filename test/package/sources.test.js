// Where no ready-made binary fits: the error names a command, and that builds one from the package's sources.
const assert = require('node:assert/strict');
const { rmSync } = require('node:fs');
const { join } = require('node:path');
const { before, test } = require('node:test');
const { newUserByNpm, run, start } = require('./support.js');

let user;
let builder;

before(async () => {
  user = await newUserByNpm('sources');
  for (const platform of ['linux-x64', 'linux-arm64']) {
    rmSync(join(user, 'node_modules/minitalk/prebuilds', platform), { recursive: true });
  }
  const { stderr } = await start('node', ['use.cjs'], { cwd: user }).closed;
  const found = /Build it with a C\+\+17 compiler: node (.*)$/m.exec(stderr);
  assert.notEqual(found, null, stderr);
  builder = found[1];
});

test('without a compiler it says what to install', async () => {
  const { status, stderr } = await start('node', [builder], { cwd: user }).closed;
  assert.equal(status, 1);
  assert.match(
    stderr,
    /^minitalk: cannot build the addon: no C\+\+17 compiler: c\+\+ is not found; install one \(.*\n$/,
  );
});

test('with a compiler the package works then', async () => {
  // Not optimized: that is soon done.
  await run('node', [builder], {
    cwd: user,
    env: { PATH: process.env.PATH, CXXFLAGS: '-O0' },
  });
  await run('node', ['use.mjs'], { cwd: user });
});

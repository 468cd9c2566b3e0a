// What is in the tarball, how large it is, and what the ready-made binaries ask of a system.
const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const { readFileSync, statSync } = require('node:fs');
const { join } = require('node:path');
const { before, test } = require('node:test');
const { folder, root, run, tarball } = require('./support.js');

/** Each file is one of these; and of what git knows, all of these are there. */
const kept = [
  /^(LICENSE|README\.md|CHANGELOG\.md|CONTRIBUTING\.md|SECURITY\.md|package\.json)$/,
  /^bench\/results\/bench\.svg$/,
  /^bin\//,
  /^native\/.*\.(c|cc|h)$/,
  /^native\/build\.js$/,
  /^docs\/(?!rules\.md)[^/]*\.md$/,
  /^docs\/images\/[^/]*\.svg$/,
  /^examples\//,
];
const made = [
  /^man\/minitalk(-\w+)?\.1$/,
  /^dist\/bundled-licences\.txt$/,
  /^dist\/.*\.(js|mjs|d\.ts|d\.mts)$/,
  /^prebuilds\/linux-(x64|arm64)\/minitalk\.(glibc|musl)\.node$/,
  /^prebuilds\/node-addon-api\/(LICENSE\.md|napi\.h|napi-inl\.h|napi-inl\.deprecated\.h)$/,
];
const binaries = ['x64', 'arm64'].flatMap((arch) =>
  ['glibc', 'musl'].map((libc) => `prebuilds/linux-${arch}/minitalk.${libc}.node`),
);
/** Newer than which no symbol may be: the C library that still has to load it. */
const OLDEST_GLIBC = [2, 17];
const MAX_PACKED_BINARIES = 500_000;

const unpacked = join(folder, 'package');
let files;

before(() => {
  execFileSync('tar', ['-xzf', tarball, '-C', folder]);
  files = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((path) => path.replace(/^package\//, ''));
});

/** All in a value of JSON. */
const strings = (value) =>
  typeof value === 'string' ? [value] : Object.values(value ?? {}).flatMap(strings);

const isOneOf = (patterns) => (path) => patterns.some((pattern) => pattern.test(path));

test('the tarball has all that it should, and nothing else', () => {
  const known = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  }).split('\n');
  assert.deepEqual(files.filter(isOneOf(kept)).sort(), known.filter(isOneOf(kept)).sort());
  assert.deepEqual(
    files.filter((path) => !isOneOf([...kept, ...made])(path)),
    [],
  );
  const manifest = JSON.parse(readFileSync(join(unpacked, 'package.json'), 'utf8'));
  const { main, types, bin, exports, typesVersions, man } = manifest;
  const inManifest = strings([main, types, bin, exports, typesVersions, man]).map((path) =>
    path.replace(/^\.\//, ''),
  );
  for (const path of [...inManifest, ...binaries, 'prebuilds/node-addon-api/napi.h']) {
    assert.ok(files.includes(path), `${path} is not in the tarball`);
  }
});

test('nothing runs when it is installed', () => {
  // A root binding.gyp, too, would make npm build, or refuse.
  assert.ok(!files.includes('binding.gyp'));
  const { scripts = {}, gypfile } = JSON.parse(
    readFileSync(join(unpacked, 'package.json'), 'utf8'),
  );
  for (const name of ['preinstall', 'install', 'postinstall'])
    assert.equal(scripts[name], undefined);
  assert.equal(gypfile, false);
});

test('publint and attw have nothing to say', async () => {
  const bin = (name) => join(root, 'node_modules/.bin', name);
  await run(bin('publint'), ['--strict', tarball]);
  // No profile: node10, too.
  await run(bin('attw'), [tarball]);
});

test('the four binaries are small when packed', (t) => {
  const packed = execFileSync('tar', ['-C', unpacked, '-czf', '-', ...binaries]).length;
  const size = files
    .filter((path) => !path.endsWith('/'))
    .reduce((sum, path) => sum + statSync(join(unpacked, path)).size, 0);
  t.diagnostic(`packed: ${statSync(tarball).size} bytes, the binaries alone: ${packed}`);
  t.diagnostic(`unpacked: ${size} bytes, ${files.length} files`);
  assert.ok(packed <= MAX_PACKED_BINARIES, `${packed} bytes`);
});

for (const binary of binaries) {
  test(`${binary} needs no more than the oldest system has`, (t) => {
    const read = (...options) =>
      execFileSync('readelf', ['-W', ...options, join(unpacked, binary)], { encoding: 'utf8' });
    assert.match(read('-h'), binary.includes('x64') ? /Machine:.*X86-64/ : /Machine:.*AArch64/);
    const libraries = [...read('-d').matchAll(/\(NEEDED\).*\[(.*)\]/g)].map(([, name]) => name);
    const versions = [...read('--dyn-syms').matchAll(/@GLIBC_(\d+)\.(\d+)/g)]
      .map(([, major, minor]) => [Number(major), Number(minor)])
      .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    if (binary.includes('musl')) {
      assert.deepEqual(libraries, ['libc.so']);
      assert.deepEqual(versions, []);
      return;
    }
    assert.deepEqual(libraries.sort(), ['libc.so.6', 'libdl.so.2', 'libpthread.so.0']);
    const [major, minor] = versions.at(-1);
    t.diagnostic(`GLIBC_${major}.${minor}`);
    assert.ok(major === OLDEST_GLIBC[0] && minor <= OLDEST_GLIBC[1]);
  });
}

// What is said where the addon is missing or does not load; and which one is loaded.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Process, root } from '../support/processes.js';

const addon = join(root, 'build/Release/minitalk.node');
const platform = `${process.platform}-${process.arch}`;
const built = 'build/Release/minitalk.node';
const readyMade = `prebuilds/${platform}/minitalk.glibc.node`;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'minitalk-loading-'));
  cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true });
  cpSync(join(root, 'package.json'), join(folder, 'package.json'));
  add('native/build.js');
});

afterEach(() => rmSync(folder, { recursive: true }));

function add(path: string, content = ''): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

function addAddon(path: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  cpSync(addon, join(folder, path));
}

interface Loaded {
  code: string | null;
  message: string;
}

/** Which error the package gives where it stands, by Node with these options. */
async function load(options: string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Loaded> {
  const script = `try { require(${JSON.stringify(folder)}); console.log(JSON.stringify({ code: null, message: '' })); }
    catch ({ code, message }) { console.log(JSON.stringify({ code, message })); }`;
  const loading = new Process(process.execPath, [...options, '-e', script], {
    env: { ...process.env, ...env },
  });
  await loading.closed;
  return JSON.parse(loading.text) as Loaded;
}

test('what was built from the sources is preferred to what came ready-made', async () => {
  addAddon(built);
  add(readyMade, 'no addon');
  expect(await load()).toEqual({ code: null, message: '' });
});

test('the ready-made one is loaded where nothing was built', async () => {
  addAddon(readyMade);
  add(`prebuilds/${platform}/minitalk.musl.node`, 'no addon');
  expect(await load()).toEqual({ code: null, message: '' });
});

// test/package has ncc do it.
test('the path of each ready-made one is written out, for tools that gather files', () => {
  const loader = readFileSync(join(root, 'dist/binding/load.js'), 'utf8');
  for (const each of ['linux-x64', 'linux-arm64']) {
    for (const libc of ['glibc', 'musl']) {
      const path = `path.join(__dirname, '../../prebuilds/${each}/minitalk.${libc}.node')`;
      expect(loader).toContain(path);
    }
  }
});

test('MINITALK_ADDON is preferred to both, and may be relative', async () => {
  add(built, 'no addon');
  expect(await load([], { MINITALK_ADDON: addon })).toEqual({ code: null, message: '' });
  addAddon('elsewhere.node');
  const relative = new Process(process.execPath, ['-e', `require(${JSON.stringify(folder)})`], {
    cwd: folder,
    env: { ...process.env, MINITALK_ADDON: 'elsewhere.node' },
  });
  expect(await relative.closed).toEqual({ code: 0, signal: null });
});

test('no binary for the platform: which was looked for, which there are, and how to build one', async () => {
  add('prebuilds/linux-mips/minitalk.glibc.node');
  add('prebuilds/linux-mips/minitalk.musl.node');
  add('prebuilds/node-addon-api/napi.h');
  expect(await load()).toEqual({
    code: 'ERR_ADDON_NOT_FOUND',
    message:
      `no native addon of minitalk for this platform: looked for ${join(folder, readyMade)} and ${join(folder, built)}; ` +
      `ready-made are linux-mips/minitalk.glibc.node, linux-mips/minitalk.musl.node. Build it with a C++17 compiler: node ${join(folder, 'native/build.js')}`,
  });
});

test('a checkout that was not built is told apart', async () => {
  add('binding.gyp');
  expect(await load()).toEqual({
    code: 'ERR_ADDON_NOT_FOUND',
    message: `the checkout of minitalk in ${folder} is not built: run "npm ci" there, or "npm run build:native"`,
  });
});

test('what MINITALK_ADDON names is not there', async () => {
  addAddon(built);
  expect(await load([], { MINITALK_ADDON: '/nonexistent/minitalk.node' })).toEqual({
    code: 'ERR_ADDON_NOT_FOUND',
    message:
      'no native addon of minitalk at /nonexistent/minitalk.node, which MINITALK_ADDON names',
  });
});

test("a binary that does not load: the loader's own words", async () => {
  add(readyMade, 'no addon');
  const file = join(folder, readyMade);
  expect(await load()).toEqual({
    code: 'ERR_ADDON_LOAD',
    message:
      `the native addon of minitalk, ${file}, does not load (${file}: file too short): build one for this system with a C++17 compiler: ` +
      `node ${join(folder, 'native/build.js')}; or set MINITALK_ADDON to the path of one`,
  });
});

// Node 20 calls it experimental; from 24 on it is --permission.
const permission = process.allowedNodeEnvironmentFlags.has('--permission')
  ? '--permission'
  : '--experimental-permission';

test('the permission model without --allow-addons: which option is missing', async () => {
  addAddon(readyMade);
  expect(await load([permission, '--allow-fs-read=*'])).toEqual({
    code: 'ERR_ADDON_LOAD',
    message: expect.stringMatching(
      /, does not load \(Cannot load native addon .*\): run node with --allow-addons$/,
    ) as string,
  });
  expect(await load([permission, '--allow-fs-read=*', '--allow-addons'])).toEqual({
    code: null,
    message: '',
  });
});

test.each(['client', 'server'])('%s: one line, and exit code 69', async (name) => {
  const command = new Process(
    process.execPath,
    [join(folder, `dist/bin/minitalk-${name}.js`), ...(name === 'client' ? ['1', 'hi'] : [])],
    { cwd: folder },
  );
  expect(await command.closed).toEqual({ code: 69, signal: null });
  expect(command.stderr).toMatch(
    new RegExp(`^minitalk-${name}: no native addon of minitalk for this platform: .*\\n$`),
  );
});

test('the preload: one line, and the application runs', async () => {
  const preload = join(folder, 'dist/signals/register.js');
  const app = new Process(process.execPath, ['--require', preload, '-e', 'console.log(1)']);
  expect(await app.closed).toEqual({ code: 0, signal: null });
  expect(app.text).toBe('1\n');
  expect(app.stderr).toMatch(
    /^minitalk\/register: signals are not reported: no native addon of minitalk .*\n$/,
  );
});

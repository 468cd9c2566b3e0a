// The addon is built in three ways, which must agree: by node-gyp (binding.gyp), by cmake-js
// (CMakeLists.txt), and by a compiler alone (native/build.js), which also makes the ready-made ones.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Process, root } from '../support/processes.js';

const { compilerOptions, defines, sources } = require('../../native/build.js') as {
  compilerOptions: string[];
  defines: string[];
  sources: () => string[];
};

interface Target {
  sources: string[];
  defines: string[];
  cflags_cc: string[];
}

/** A gyp file is a Python literal. */
function gypTarget(): Target {
  const print = 'import ast, json; print(json.dumps(ast.literal_eval(open("binding.gyp").read())))';
  const output = execFileSync('python3', ['-c', print], { cwd: root, encoding: 'utf8' });
  const [target] = (JSON.parse(output) as { targets: [Target] }).targets;
  return target;
}

const cmake = readFileSync(join(root, 'CMakeLists.txt'), 'utf8');

test('the compiler alone compiles what node-gyp compiles', () => {
  const paths = gypTarget().sources.map((source) => join(root, source));
  expect(sources()).toEqual(paths.sort());
});

test('the compiler alone and cmake-js have the options of node-gyp', () => {
  const target = gypTarget();
  expect(defines).toEqual(target.defines);
  expect(compilerOptions).toEqual(target.cflags_cc);
  const asWords = ['-std=c++17', '-fvisibility=hidden']; // by CMake's own names
  for (const option of [...defines, ...compilerOptions]) {
    if (!asWords.includes(option)) expect(cmake).toContain(option);
  }
});

describe('a compiler alone', () => {
  let folder: string;
  let log: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'minitalk-build-'));
    log = join(folder, 'log');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** A stand-in that writes down what it is asked, and makes what it shall, or fails. */
  function compiler(status = 0): string {
    const path = join(folder, 'compiler');
    writeFileSync(
      path,
      `#!/bin/sh
echo "$*" >>'${log}' # by one write(2): several compile at once
[ ${status} -eq 0 ] || exit ${status}
while [ "$1" != -o ]; do shift; done; echo made >"$2"
`,
    );
    chmodSync(path, 0o755);
    return path;
  }

  async function build(env: NodeJS.ProcessEnv, ...args: string[]): Promise<Process> {
    const building = new Process(
      process.execPath,
      [join(root, 'native/build.js'), '--output', join(folder, 'addon.node'), ...args],
      { env },
    );
    await building.closed;
    return building;
  }

  const calls = () => readFileSync(log, 'utf8').trimEnd().split('\n');

  test('compiles each source once, links all, and says where the addon is', async () => {
    const building = await build({
      CXX: `${compiler()} -first`,
      CXXFLAGS: '-more',
      LDFLAGS: '-last',
    });
    expect(building.stderr).toBe('');
    expect(building.text).toBe(`${join(folder, 'addon.node')}\n`);
    expect(readFileSync(join(folder, 'addon.node'), 'utf8')).toBe('made\n');
    const compiled = calls().slice(0, -1);
    for (const call of compiled) expect(call).toMatch(/^-first .* -more -c /);
    const named = compiled.map((call) => join(root, / -c (\S+) /.exec(call)?.[1] ?? ''));
    expect(named.sort()).toEqual(sources());
    expect(calls().at(-1)).toMatch(/^-first -shared .* -Wl,-z,nodelete -last /);
  });

  test('of a compiler that fails its status is told, and what was there stays', async () => {
    writeFileSync(join(folder, 'addon.node'), 'before');
    const building = await build({ CXX: compiler(3) });
    expect(await building.closed).toEqual({ code: 1, signal: null });
    expect(building.stderr).toBe(
      `minitalk: cannot build the addon: ${join(folder, 'compiler')} ended with status 3\n`,
    );
    expect(readFileSync(join(folder, 'addon.node'), 'utf8')).toBe('before');
  });

  test('without a compiler it says how to get one', async () => {
    const building = await build({ CXX: '/nonexistent/c++' });
    expect(await building.closed).toEqual({ code: 1, signal: null });
    expect(building.stderr).toMatch(
      /^minitalk: cannot build the addon: no C\+\+17 compiler: \/nonexistent\/c\+\+ is not found; install one .*\n$/,
    );
    expect(existsSync(join(folder, 'addon.node'))).toBe(false);
  });

  test("without Node's headers it says where they were looked for", async () => {
    const building = await build({ CXX: compiler() }, '--node-headers', folder);
    expect(await building.closed).toEqual({ code: 1, signal: null });
    expect(building.stderr).toBe(
      `minitalk: cannot build the addon: no headers of Node (node_api.h, uv.h) in ${folder}: install them ` +
        '(Debian: libnode-dev, Alpine: nodejs-dev; the archives of nodejs.org hold them), or name their folder with --node-headers\n',
    );
  });

  test('an option that it does not have is no stack', async () => {
    const building = await build({}, '--outpt', 'x');
    expect(await building.closed).toEqual({ code: 1, signal: null });
    expect(building.stderr).toMatch(
      /^minitalk: cannot build the addon: Unknown option '--outpt'.*\n$/,
    );
  });
});

// The installed package under Node's permission model: what docs/install.md has allowed is enough.
const assert = require('node:assert/strict');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { before, test } = require('node:test');
const { newUserByNpm, pidOf, root, start } = require('./support.js');

// Node 20 calls it experimental; from 24 on it is --permission.
const permission = process.allowedNodeEnvironmentFlags.has('--permission')
  ? '--permission'
  : '--experimental-permission';
const documented = readFileSync(join(root, 'docs/install.md'), 'utf8');

let user;
before(async () => {
  user = await newUserByNpm('permission');
});

function documentedOptions(options) {
  for (const option of options) {
    assert.ok(documented.includes(`\`${option}\``), `not documented: ${option}`);
  }
  return options;
}

const app = ['--allow-addons', '--allow-fs-read=./'];
const talking = [
  '--allow-fs-read=/proc/',
  ...['/run/user/*', '/tmp/minitalk-*'].flatMap((place) => [
    `--allow-fs-read=${place}`,
    `--allow-fs-write=${place}`,
  ]),
];

const node = (options, args) =>
  start('node', ['--no-warnings', permission, ...documentedOptions(options), ...args], {
    cwd: user,
    // Only what is allowed above may be needed.
    env: { XDG_RUNTIME_DIR: '', TMPDIR: '' },
  });

test('signals and the preload need the package alone', async () => {
  const script = `const { explain, watch } = require('minitalk/signals');
    const watcher = watch(['SIGHUP'], { snapshot: true });
    watcher.on('signal', (info) => { console.log(explain(info)); process.kill(process.pid, 'SIGTERM'); });
    process.kill(process.pid, 'SIGHUP');`;
  const { status, stdout, stderr } = await node(app, ['-r', 'minitalk/register', '-e', script])
    .closed;
  assert.equal(status, 'SIGTERM', stderr);
  assert.match(stdout, /^SIGHUP from pid \d+ \(node .*this process itself/);
  assert.match(stderr, /: SIGTERM from pid \d+ \(node .*this process itself/);
});

test('servers and clients need /proc, and the folders where servers are announced', async () => {
  const server = node([...app, ...talking], ['talk.cjs']);
  const pid = await pidOf(server);
  const client = await node([...app, ...talking], ['talk.cjs', pid, 'permitted']).closed;
  assert.equal(client.status, 0, client.stderr);
  assert.deepEqual(await server.closed, {
    status: 0,
    stdout: `${pid}\npermitted\ntrue\n`,
    stderr: '',
  });
});

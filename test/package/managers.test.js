// Installed by each package manager, without a compiler and without scripts: all that the package has works.
const assert = require('node:assert/strict');
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { describe, before, test } = require('node:test');
const {
  folder,
  newUser,
  newUserByNpm,
  pidOf,
  run,
  start,
  tarball,
  toolModules,
} = require('./support.js');

const pnpm = join(toolModules, 'pnpm/bin/pnpm.cjs');
const yarnClassic = join(toolModules, 'yarn/bin/yarn.js');
const yarn = join(toolModules, '@yarnpkg/cli-dist/bin/yarn.js');

/** By name: `install` in a new folder, which it returns; how `node` and an installed command are run there. */
const managers = {
  npm: {
    install: () => newUserByNpm('npm'),
    node: ['node'],
    command: ['npx', '--no-install'],
  },
  pnpm: {
    install: async () => {
      const user = newUser('pnpm');
      const options = ['--ignore-scripts', '--store-dir', join(folder, 'pnpm-store')];
      await run('node', [pnpm, 'add', ...options, tarball], { cwd: user });
      return user;
    },
    node: ['node'],
    command: ['node', pnpm, 'exec'],
  },
  'yarn classic': {
    install: async () => {
      const user = newUser('yarn-classic');
      const options = ['--ignore-scripts', '--non-interactive'];
      await run('node', [yarnClassic, 'add', ...options, `file:${tarball}`], { cwd: user });
      return user;
    },
    node: ['node'],
    command: ['node', yarnClassic, '--silent', 'run'],
  },
  "yarn 4 with Plug'n'Play": {
    install: async () => {
      const user = newUser('yarn');
      writeFileSync(join(user, 'yarn.lock'), '');
      // ES modules ask for it, whatever the package.
      writeFileSync(join(user, '.yarnrc.yml'), 'nodeLinker: pnp\npnpEnableEsmLoader: true\n');
      await run('node', [yarn, 'add', `minitalk@file:${tarball}`], { cwd: user });
      return user;
    },
    node: ['node', yarn, 'node'],
    command: ['node', yarn, 'run'],
  },
};

const users = {};

before(async () => {
  // At once: they wait for the registry.
  await Promise.all(
    Object.entries(managers).map(async ([name, { install }]) => {
      users[name] = await install().catch((error) => error);
    }),
  );
});

for (const [name, { node, command }] of Object.entries(managers)) {
  describe(name, () => {
    const begin = (words, more, options) =>
      start(words[0], [...words.slice(1), ...more], { cwd: users[name], ...options });

    test('installs it', () => {
      if (users[name] instanceof Error) throw users[name];
    });

    test('it is the same as a CommonJS and as an ES module', async () => {
      const results = await Promise.all(
        ['use.cjs', 'use.mjs'].map((file) => begin(node, [file]).closed),
      );
      for (const { status, stderr } of results) assert.equal(status, 0, stderr);
      const [fromRequire, fromImport] = results.map(({ stdout }) => JSON.parse(stdout));
      assert.deepEqual(fromRequire, fromImport);
    });

    test('its commands talk to each other', async () => {
      const server = begin(command, ['minitalk-server']);
      const pid = await pidOf(server);
      try {
        const client = await begin(command, ['minitalk', 'client', pid, 'from the tarball']).closed;
        assert.equal(client.status, 0, client.stderr);
      } finally {
        process.kill(pid, 'SIGTERM');
      }
      assert.equal((await server.closed).stdout, `Server PID: ${pid}\nfrom the tarball\n`);
    });

    for (const preload of ['--require', '--import']) {
      test(`${preload} minitalk/register says who ended a process`, async () => {
        const app = 'process.kill(process.pid, "SIGTERM"); for (;;);';
        const { stderr } = await begin(node, [preload, 'minitalk/register', '-e', app]).closed;
        assert.match(
          stderr,
          /Z pid (\d+) \(node .*\): SIGTERM from pid \1 \(node .*\) uid \d+, attested, this process itself/,
        );
      });
    }
  });
}

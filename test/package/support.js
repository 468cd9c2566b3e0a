// A stranger's machine: a folder with the installed package, npm and Node on PATH, no compiler.
const { execFileSync, spawn } = require('node:child_process');
const {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} = require('node:fs');
const { createRequire } = require('node:module');
const { tmpdir } = require('node:os');
const { delimiter, join, resolve } = require('node:path');
const { after } = require('node:test');

const root = resolve(__dirname, '../..');
const { MINITALK_TARBALL: tarball, MINITALK_TOOLS: tools } = process.env;
const toolModules = join(tools, 'node_modules');

/** Deleted when the file's tests have ended. */
const folder = mkdtempSync(join(realpathSync(tmpdir()), 'minitalk-user-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Where a command is on PATH. */
function which(command) {
  for (const place of process.env.PATH.split(delimiter)) {
    try {
      return realpathSync(join(place, command));
    } catch {
      // not there
    }
  }
  throw new Error(`no ${command} on PATH`);
}

/** All the commands that there are: those of Node, and what shell scripts around them call. */
function makePath() {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const commands = ['npm', 'npx', 'sh', 'env', 'cat', 'dirname', 'sed', 'uname'];
  for (const command of commands) symlinkSync(which(command), join(bin, command));
  symlinkSync(process.execPath, join(bin, 'node'));
  return bin;
}

const registry = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim();

/** Without what npm tells its scripts; the registry and caches are told in each manager's own words. */
const env = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^npm_|^NODE_OPTIONS$|^NODE_TEST_CONTEXT$|^MINITALK_/.test(name),
    ),
  ),
  PATH: makePath(),
  npm_config_registry: registry,
  // yarn classic
  yarn_registry: registry,
  yarn_cache_folder: join(folder, 'yarn-classic'),
  // yarn 4
  YARN_NPM_REGISTRY_SERVER: registry,
  YARN_UNSAFE_HTTP_WHITELIST: new URL(registry).hostname,
  YARN_GLOBAL_FOLDER: join(folder, 'yarn'),
  YARN_ENABLE_SCRIPTS: '0',
  YARN_ENABLE_TELEMETRY: '0',
};

/** A running command, its output, and its end as `closed`: { status, stdout, stderr }. */
function start(command, args, options = {}) {
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 120_000,
    killSignal: 'SIGKILL',
    ...options,
    env: { ...env, ...options.env },
  });
  const running = { child, stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) {
    child[name].on('data', (chunk) => {
      running[name] += chunk;
    });
  }
  running.closed = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve({ status: code ?? signal, stdout: running.stdout, stderr: running.stderr });
    });
  });
  return running;
}

/** @throws where it does not end with 0 */
async function run(command, args, options) {
  const result = await start(command, args, options).closed;
  if (result.status === 0) return result.stdout;
  const { status, stdout, stderr } = result;
  throw new Error(`${command} ${args.join(' ')}: status ${status}\n${stdout}${stderr}`);
}

/** Resolves with the pid that a server prints first. */
function pidOf(server) {
  return new Promise((resolve, reject) => {
    const look = () => {
      const found = /^(?:Server PID: )?(\d+)\n/m.exec(server.stdout);
      if (found !== null) resolve(Number(found[1]));
    };
    server.child.stdout.on('data', look);
    server.closed.then(
      ({ status, stderr }) => reject(new Error(`the server ended, status ${status}\n${stderr}`)),
      reject,
    );
    look();
  });
}

/** An empty folder with the files of test/package/user, as a package of its own. */
function newUser(name, manifest = {}) {
  const user = join(folder, name);
  mkdirSync(user);
  const template = join(__dirname, 'user');
  for (const file of readdirSync(template)) cpSync(join(template, file), join(user, file));
  const talk = readFileSync(join(user, 'talk.cjs'), 'utf8');
  // The same as an ES module.
  writeFileSync(
    join(user, 'talk.mjs'),
    talk.replace(/^const (.*) = require\((.*)\);$/gm, 'import $1 from $2;'),
  );
  writeFileSync(
    join(user, 'package.json'),
    JSON.stringify({ name: 'user', version: '1.0.0', private: true, ...manifest }),
  );
  return user;
}

/** The same with the package, by npm. */
async function newUserByNpm(name) {
  const user = newUser(name);
  const options = ['--ignore-scripts', '--no-audit', '--no-fund'];
  await run('npm', ['install', ...options, tarball], { cwd: user });
  return user;
}

/** require() of what the package is tried with. */
const requireTool = createRequire(join(tools, 'package.json'));

module.exports = {
  env,
  folder,
  newUser,
  newUserByNpm,
  pidOf,
  requireTool,
  root,
  run,
  start,
  tarball,
  toolModules,
};

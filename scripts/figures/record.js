// npm run figures -- --record [NAME...]: makes the recordings of docs/how-it-works.md anew, of real processes.
// What happens in them is not the same each time, so the spans of time in that page's commands are to be set anew, too.
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');
const { kill } = require('../../dist/signals/index.js');

const root = join(__dirname, '..', '..');
const folder = join(root, 'docs', 'recordings');
const file = (name) => join(folder, `${name}.ndjson`);

function start(command, args) {
  return spawn(join(root, command), args, { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** A server that is recorded, while `work` goes on with its pid. */
async function withServer(name, work) {
  const server = start('server', ['--record', file(name)]);
  await once(server.stdout, 'data');
  server.stdout.resume();
  try {
    await work(server.pid);
  } finally {
    server.kill('SIGTERM');
    await once(server, 'exit');
  }
}

async function say(args) {
  const [code] = await once(start('client', args), 'exit');
  if (code !== 0) throw new Error(`client ${args.join(' ')}: exit code ${code}`);
}

/** Another process that signals the server's main thread, until it is ended. */
async function withStranger(pid, restUs, work) {
  const script = `
    const { kill } = require(${JSON.stringify(join(root, 'dist', 'signals', 'index.js'))});
    const send = () => {
      kill(${pid}, Math.random() < 0.5 ? 'SIGUSR1' : 'SIGUSR2', { thread: ${pid} });
      const until = process.hrtime.bigint() + BigInt(${restUs * 1000});
      while (process.hrtime.bigint() < until);
      setImmediate(send);
    };
    send();`;
  const stranger = spawn(process.execPath, ['-e', script], { stdio: 'inherit' });
  await sleep(100);
  try {
    await work();
  } finally {
    stranger.kill('SIGKILL');
    await once(stranger, 'exit');
  }
}

const scenes = {
  bit: () => withServer('bit-server', (pid) => say([pid, 'Hi', '--record', file('bit-client')])),

  // A stranger's signal is pending where the client's bit would be: sooner or later.
  async lost() {
    do {
      await withServer('lost-server', (pid) =>
        withStranger(pid, 2500, () => say([pid, 'not lost', '--record', file('lost-client')])),
      );
    } while (!readFileSync(file('lost-client'), 'utf8').includes('"again":true'));
  },

  turns: () =>
    withServer('turns', async (pid) => {
      const texts = ['one client says this', 'another one says that'];
      await Promise.all(texts.map((text) => say([pid, text])));
    }),

  flood: () =>
    withServer('flood', async (pid) => {
      const saying = say([pid, 'in a flood']);
      await sleep(60);
      for (let i = 0; i < 400; i += 1) {
        kill(pid, i % 2 === 0 ? 'SIGUSR1' : 'SIGUSR2');
        if (i % 20 === 0) await sleep(1);
      }
      await saying;
    }),

  lanes: () =>
    withServer('lanes', (pid) =>
      say([pid, 'By lanes many bits are on their way at once. '.repeat(3)]),
    ),
};

async function main(names) {
  for (const name of names.length > 0 ? names : Object.keys(scenes)) {
    await scenes[name]();
    console.log(`recorded: ${name}`);
  }
}

module.exports = { main };

// What one thread of an actor does: serve, or talk to a server. Each says on standard output
// what it does, before or after doing it, such that the ledger is never behind: `sending`
// before the first signal, `delivered` before the client is told so.
const { writeSync } = require('node:fs');
const { setTimeout: sleep } = require('node:timers/promises');
const { isMainThread, parentPort, workerData } = require('node:worker_threads');
const { connect, createServer, listServers } = require('../../dist/index.js');
const { contentOf, nameIn } = require('./content.js');

/** One write, so that lines of several threads stay whole. */
const say = (line) => writeSync(1, `${JSON.stringify(line)}\n`);

function block(blocks) {
  for (const { at, ms } of blocks) {
    setTimeout(() => {
      const end = Date.now() + ms;
      while (Date.now() < end);
    }, at).unref();
  }
}

/** What is said when one more has been taken: that, unless it is to be wrong. */
function misreported(taken, sabotage) {
  const [former, last] = taken.slice(-2);
  if (sabotage === 'lost' && taken.length === 2) return [];
  if (sabotage === 'doubled' && taken.length === 2) return [last, last];
  if (sabotage === 'disordered') return taken.length === 1 ? [] : [taken.at(-1), former];
  return taken.slice(-1);
}

async function serve({ name, place, restartAt, sabotage }) {
  let server;
  const taken = [];
  const listen = async () => {
    server = createServer({
      name,
      place,
      deliver: ({ data, sender }) => {
        if (sabotage === 'mixed') data[data.length - 1] ^= 1;
        taken.push({ delivered: nameIn(data) ?? null, from: sender.pid });
        for (const line of misreported(taken, sabotage)) say(line);
      },
    });
    server.on('partial', ({ reason }) => say({ partial: reason }));
    await server.listen();
    say({ listening: name });
  };
  await listen();
  if (restartAt !== undefined) {
    await sleep(restartAt);
    await server.close();
    await listen();
  }
  return server;
}

/** A client, or undefined when time is over, of the server of that name, which may be about to start again. */
async function reach(name, deadline, place) {
  for (;;) {
    const entry = listServers().find((each) => each.name === name);
    try {
      if (entry !== undefined) return await connect(entry.pid, { place, timeout: 20_000 });
    } catch (error) {
      say({ unreached: name, code: error.code });
    }
    if (Date.now() > deadline) return undefined;
    await sleep(20);
  }
}

async function talk({ talker, to, messages, place, patienceMs, leaveOpen, sabotage }) {
  let client;
  const deadline = Date.now() + patienceMs;
  for (const { name, mode, pause } of messages) {
    client ??= await reach(to, deadline, place);
    if (client === undefined) break;
    say({ sending: name, talker });
    try {
      if (sabotage !== 'undelivered') await client.send(contentOf(name), { mode });
      if (['denied', 'undelivered'].includes(sabotage))
        say({ failed: name, code: 'ERR_SERVER_CLOSED' });
      else say({ sent: name });
    } catch (error) {
      say({ failed: name, code: error.code, message: error.message });
      await client.close();
      client = undefined;
    }
    await sleep(pause);
  }
  if (!leaveOpen) await client?.close();
  if (sabotage === 'silent') await sleep(1e9);
  say({ done: talker });
  return client;
}

/** @param sabotage what it does wrong, see self-check.js */
async function start(part, sabotage) {
  block(part.blocks);
  return part.serve ? serve({ ...part.serve, sabotage }) : talk({ ...part.talk, sabotage });
}

/** The end as the plan wants it: closed, or only let go. */
async function finish(part, how) {
  const each = await part;
  if (how === 'drop') each?.unref?.();
  else await each?.close();
}

if (!isMainThread && workerData?.part !== undefined) {
  const { part, end } = workerData;
  const started = start(part);
  parentPort.once('message', () => void finish(started, end.how).then(() => parentPort.unref()));
  if (end.how === 'worker exit') setTimeout(() => process.exit(3), end.at);
  if (end.how === 'worker throw') {
    setTimeout(() => {
      throw new Error('as planned');
    }, end.at);
  }
}

module.exports = { finish, say, start };

// One run: scenes from a seed, some at once, until the time is over.
const { mkdtempSync, readdirSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { MARK, startChild } = require('./child.js');
const { createLedger } = require('./ledger.js');
const { marked } = require('../support/marked.js');
const { play } = require('./stage.js');

/** A server's start clears away what killed ones have left. */
async function lastServer(env) {
  const script = `
    const server = require(${JSON.stringify(join(__dirname, '..', '..', 'dist', 'index.js'))}).createServer();
    server.listen().then(() => server.close());`;
  await startChild(process.execPath, ['-e', script], { env }).ended;
}

/**
 * @param options seed: names the run; plans: of scenes; lanes: how many play at once; isOver: when no more
 * begin; patienceMs: see play(); sabotage: what the first actors of each do wrong; tell: called after each
 */
async function runScenes(options) {
  const { seed, plans, lanes, isOver = () => false, patienceMs = 60_000, sabotage, tell } = options;
  const folder = mkdtempSync(join(tmpdir(), 'minitalk-soak-'));
  const directory = join(folder, 'minitalk');
  const run = `${process.pid}-${seed}-${sabotage ?? ''}`;
  const env = { XDG_RUNTIME_DIR: folder, [MARK]: run };
  const ledger = createLedger();

  const queue = plans[Symbol.iterator](); // one for all lanes
  const playAll = async () => {
    for (let next = queue.next(); !next.done && !isOver(); next = queue.next()) {
      const plan = next.value;
      await play(plan, { ledger, directory, env, patienceMs, sabotage });
      tell?.(ledger);
    }
  };
  try {
    await Promise.all(Array.from({ length: lanes }, playAll));
    await lastServer(env);
    for (const file of readdirSync(directory)) {
      ledger.fault('registrations', `${file} is still there at the end`);
    }
    for (const { pid, command } of marked(MARK, run)) {
      ledger.fault('processes', `${pid} ${command}`);
      process.kill(pid, 'SIGKILL');
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return ledger;
}

module.exports = { runScenes };

// One process of the stress. Its plan says what its threads do and how it ends:
//   close          told so on standard input, all is closed, and it ends by itself
//   drop           nothing is closed: the server is let go, and it ends by itself
//   exit, throw    at a moment, in the main thread
//   terminate, worker exit, worker throw   at a moment, its Workers; told so, it ends by itself
//   kill, sigterm  from outside
const { spawn } = require('node:child_process');
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { Worker } = require('node:worker_threads');
const { finish, say, start } = require('./part.js');
const { NATURAL, WORKER_ENDS } = require('./verdict.js');

const { parts, end, keep, sabotage } = JSON.parse(process.argv[2]);
const running = [];

process.exitCode = NATURAL;

// As an application does that has a use for them of its own.
if (keep) process.on('SIGUSR1', () => {}).on('SIGUSR2', () => {});

for (const part of parts) {
  if (!part.inWorker) {
    running.push({ here: start(part, sabotage) });
    continue;
  }
  const worker = new Worker(join(__dirname, 'part.js'), { workerData: { part, end } });
  worker.on('error', (error) => {
    if (error.message !== 'as planned') throw error;
  });
  running.push({ worker, ended: new Promise((resolve) => worker.on('exit', resolve)) });
}

/** What a broken program would leave behind; the stress must notice. */
function misbehave(registration) {
  if (sabotage === 'registrations') writeFileSync(registration, '{}');
  if (sabotage === 'processes') spawn('sleep', ['60'], { detached: true, stdio: 'ignore' }).unref();
  if (sabotage === 'output') process.stderr.write('Debugger listening on ws://…\n');
  if (sabotage === 'exits') process.exit(9);
}

async function endAll({ registration }) {
  process.stdin.destroy();
  for (const { worker, ended, here } of running) {
    worker?.postMessage('finish');
    await (ended ?? finish(here, end.how));
  }
  misbehave(registration);
}

if (WORKER_ENDS.includes(end.how)) {
  void Promise.all(running.map(({ ended }) => ended)).then(() => say({ over: true }));
}

process.stdin.once('data', (line) => void endAll(JSON.parse(line.toString())));

if (end.how === 'exit') setTimeout(() => process.exit(7), end.at);
if (end.how === 'throw') {
  setTimeout(() => {
    throw new Error('as planned');
  }, end.at);
}
if (end.how === 'terminate') {
  setTimeout(() => {
    for (const { worker } of running) void worker?.terminate();
  }, end.at);
}

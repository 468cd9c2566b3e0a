// Starts the actors of a scene, and keeps what they say.
const { existsSync, readlinkSync } = require('node:fs');
const { join } = require('node:path');
const { startChild } = require('./child.js');
const { contentOf, nameIn } = require('./content.js');
const { judgeEnd, UNSERVED, WORKER_ENDS } = require('./verdict.js');

const bin = (name) => join(__dirname, '..', '..', 'dist', 'bin', `minitalk-${name}.js`);
const SIGNALS = {
  kill: 'SIGKILL',
  sigterm: 'SIGTERM',
  SIGINT: 'SIGINT',
  SIGTERM: 'SIGTERM',
  SIGHUP: 'SIGHUP',
};
const [namespace] = /\d+/.exec(readlinkSync('/proc/self/ns/pid'));

function argumentsOf({ command, name, to, message, parts, end, keep = false, sabotage }) {
  if (command === 'server') return [bin('server'), '--json', '--name', name];
  if (command === 'client')
    return [bin('client'), `@${to}`, '--mode', message.mode, '--timeout', '20'];
  return [join(__dirname, 'actor.js'), JSON.stringify({ parts, end, keep, sabotage })];
}

/** An event of the server's command in the words of an actor. */
function translated(name, { event, base64, text, sender, reason }) {
  if (event === 'listening') return { listening: name };
  if (event === 'partial') return { partial: reason, from: sender.pid };
  if (event !== 'message') return {};
  const data = base64 === undefined ? Buffer.from(text) : Buffer.from(base64, 'base64');
  return { delivered: nameIn(data) ?? null, from: sender.pid };
}

/** @param plan the scene's */
function createCast(plan, { ledger, directory, env }) {
  const actors = new Map();
  const said = [];
  const waiting = new Set();

  const notice = () => {
    for (const look of waiting) look();
  };

  function hear(actor, line) {
    said.push({ actor, ...line });
    notice();
  }

  function readLine(actor, line) {
    if (actor.command === 'client') return;
    try {
      const spoken = JSON.parse(line);
      hear(actor, actor.command === 'server' ? translated(actor.name, spoken) : spoken);
    } catch (error) {
      ledger.fault('output', `${actor.name} on standard output: ${line}: ${error.message}`);
    }
  }

  function hasEnded(actor, { code, signal, stderr }) {
    const status = signal ?? String(code);
    actor.status = status;
    if (actor.command === 'client') {
      const { name } = actor.message;
      if (status === '0') hear(actor, { sent: name });
      else if (UNSERVED.includes(status)) hear(actor, { failed: name, code: stderr.trim() });
    }
    const mayFail = !plan.isServed || plan.hoard !== undefined;
    const isRegistered = existsSync(actor.registration);
    judgeEnd(ledger, actor, { status, stderr, mayFail, isRegistered });
    notice();
  }

  /** Resolves when it holds; what is said, or an end, may make it hold. */
  const until = (condition) =>
    new Promise((resolve) => {
      const look = () => {
        if (!condition()) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });

  return {
    said,
    actors,
    until,
    start(planned, sabotage) {
      const actor = { ...planned, sabotage };
      const { command, message, end } = actor;
      const child = startChild(process.execPath, argumentsOf(actor), {
        onLine: (line) => readLine(actor, line),
        env,
        input: message && contentOf(message.name),
        limit: plan.hoard?.queue,
      });
      const { pid } = child;
      Object.assign(actor, {
        child,
        pid,
        registration: join(directory, `${namespace}-${pid}.json`),
      });
      actors.set(actor.name, actor);
      if (command === 'client') hear(actor, { sending: message.name, talker: actor.name });
      for (const stop of actor.stops ?? []) child.stop(stop);
      if (end.at !== undefined && SIGNALS[end.how]) {
        child.later(end.at, () => child.kill(SIGNALS[end.how]));
      }
      actor.finished = child.ended.then((status) => hasEnded(actor, status));
      // When its server, or its talk, is over in any case.
      const haveWorkersEnded = () => said.some((line) => line.actor === actor && line.over);
      actor.over = WORKER_ENDS.includes(end.how)
        ? Promise.race([actor.finished, until(haveWorkersEnded)])
        : actor.finished;
      void actor.over.then(() => {
        actor.isOver = true;
        notice();
      });
    },
    /** Tells one that has not had its end that it is time. */
    dismiss({ command, child, end, registration }) {
      if (command === undefined) child.tell({ registration });
      else if (command === 'server') child.kill(SIGNALS[end.how]);
    },
  };
}

module.exports = { createCast };

// Plays a scene: its servers, then its clients, and strangers among them; who has talked is told
// to end, clients before servers. The ledger judges what was said.
const { existsSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');
const { createCast } = require('./cast.js');
const { startChild } = require('./child.js');
const { judgeInterrupted, WORKER_ENDS } = require('./verdict.js');

const strangersScript = join(__dirname, 'strangers.py');

const serves = ({ command, parts }) => command === 'server' || parts?.some(({ serve }) => serve);
const isSudden = ({ end }) => end.at !== undefined;

/** False when it takes longer. */
async function within(ms, work) {
  const over = new AbortController();
  const late = sleep(ms, false, { signal: over.signal }).catch(() => {});
  const inTime = await Promise.race([work.then(() => true), late]);
  over.abort();
  return inTime;
}

/**
 * @param options ledger; directory: of the registrations; env: of the actors; patienceMs: how long they may take
 * for all they say, and to end; sabotage: what the first ones do wrong
 */
async function play(plan, { ledger, directory, env, patienceMs, sabotage }) {
  const { hoard } = plan;
  const cast = createCast(plan, { ledger, directory, env });
  const bystander = startChild('sleep', ['600'], { env });
  const find = (planned) => cast.actors.get(planned.name);

  async function stranger(what, options, limit) {
    const text = JSON.stringify({ what, ...options });
    const { ended } = startChild('python3', [strangersScript, text], { env, limit });
    const { code, signal, stderr } = await ended;
    if (code !== 0) ledger.fault('bystanders', `${what}: ${signal ?? code} ${stderr.slice(-300)}`);
  }

  /** What strangers may aim at: the thread of a server, or of a client that catches the signals anyway. */
  function targetOf(actor) {
    const { pid, registration, keep } = actor;
    if (!serves(actor))
      return keep && !isSudden(actor) ? [{ pid, thread: pid, serves: false }] : [];
    try {
      const { thread } = JSON.parse(readFileSync(registration, 'utf8'));
      return [{ pid, thread, serves: true }];
    } catch {
      return []; // it has ended already
    }
  }

  async function noise(actors) {
    // A client that has not begun does not catch them yet.
    const begun = (actor) => hasEnded(actor) || cast.said.some((line) => line.actor === actor);
    await within(
      patienceMs,
      cast.until(() => actors.every(begun)),
    );
    const targets = actors.filter((actor) => !hasEnded(actor)).flatMap(targetOf);
    if (targets.length === 0) return;
    const bystanders = [bystander.pid];
    await stranger('noise', { ...plan.noise, targets, bystanders, server: targets[0].pid });
  }

  const all = (condition, who) => () => who.every((planned) => condition(find(planned)));
  const hasEnded = ({ child }) => child.hasEnded();
  const isListening = ({ name }) => cast.said.some(({ listening }) => listening === name);
  const hasTalked = ({ parts = [] }) =>
    parts.every(({ talk }) => !talk || cast.said.some(({ done }) => done === talk.talker));

  const servers = plan.actors.filter((planned) => serves(planned) && !planned.after);
  const successors = plan.actors.filter(({ after }) => after);
  const clients = plan.actors.filter((planned) => !serves(planned));
  for (const [i, planned] of servers.entries()) cast.start(planned, i === 0 ? sabotage : undefined);
  const up = cast.until(all((actor) => isListening(actor) || actor.isOver, servers));
  if (!(await within(patienceMs, up)))
    ledger.fault('silent', `${plan.name}: servers do not listen`);
  for (const [i, planned] of clients.entries()) cast.start(planned, i === 0 ? sabotage : undefined);

  const beside = successors.map(async (planned) => {
    await find({ name: planned.after }).over;
    cast.start(planned);
  });
  if (plan.noise) beside.push(noise([...servers, ...clients].map(find)));
  if (hoard) {
    beside.push(
      sleep(hoard.at).then(() => stranger('hoard', { seed: 0, ms: hoard.ms }, hoard.queue)),
    );
  }
  await Promise.all(beside);

  const talkers = plan.actors.filter((planned) => !isSudden(planned));
  const isDone = (actor) => hasEnded(actor) || (actor.command !== 'client' && hasTalked(actor));
  if (!(await within(patienceMs, cast.until(all(isDone, talkers))))) {
    const those = talkers.filter((planned) => !isDone(find(planned))).map(({ name }) => name);
    ledger.fault('silent', `${those.join(', ')} of a scene of ${plan.kind}`);
  }
  for (const group of [clients, [...successors, ...servers]]) {
    await Promise.all(
      group.filter(isSudden).map((planned) => within(patienceMs, find(planned).over)),
    );
    for (const actor of group.map(find)) {
      const { end, registration, name } = actor;
      if (WORKER_ENDS.includes(end.how) && !hasEnded(actor) && existsSync(registration)) {
        ledger.fault('registrations', `${name} (${end.how}) lives on without a server`);
      }
      if (!hasEnded(actor) && !(isSudden(actor) && !WORKER_ENDS.includes(end.how)))
        cast.dismiss(actor);
    }
    for (const actor of group.map(find)) {
      if (await within(patienceMs, actor.finished)) continue;
      ledger.fault('silent', `${actor.name} (${actor.end.how}) does not end`);
      actor.child.kill('SIGKILL');
      await actor.finished;
    }
  }

  if (sabotage === 'bystanders') bystander.kill('SIGUSR2');
  bystander.kill('SIGKILL');
  // What came before that has ended it, however late we hear of it.
  const { signal: end } = await bystander.ended;
  if (end !== 'SIGKILL') ledger.fault('bystanders', `${plan.name}: the bystander`);
  for (const actor of cast.actors.values()) judgeInterrupted(ledger, actor, cast.said);
  const isDisturbed = (actor) => !plan.isServed || hoard !== undefined || isSudden(actor);
  ledger.judgeMessages(cast.said, isDisturbed);
  ledger.counts.scenes += 1;
  return cast.said;
}

module.exports = { play };

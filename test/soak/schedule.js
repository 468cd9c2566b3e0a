// What happens in a scene: who serves, who talks to whom, how, and who is disturbed when.
// It follows from the seed alone; what the machine makes of it does not.

const { createRandom } = require('./random.js');

const MODES = ['bit', 'word', 'burst', 'auto'];
const LONGEST = { bit: 1500, word: 60_000, burst: 200_000, auto: 200_000 };
/** Ends that come in the middle, by where they can: a process's, a Worker's. */
const SUDDEN = ['exit', 'throw', 'kill', 'sigterm'];
const SUDDEN_IN_WORKER = [...SUDDEN, 'terminate', 'worker exit', 'worker throw'];
const IN_THE_END = ['close', 'drop'];
/** Pending signals that actors may have where the queue is to be full. */
const SMALL_QUEUE = 800;

function messages(random, talker, count) {
  return Array.from({ length: count }, (_, i) => {
    const mode = random.pick(MODES);
    const length = random.chance(0.3) ? random.between(0, 40) : random.between(0, LONGEST[mode]);
    return {
      name: `${talker}.${i + 1}.${length}`,
      mode,
      pause: random.chance(0.5) ? 0 : random.between(0, 60),
    };
  });
}

function blocks(random) {
  if (!random.chance(0.3)) return [];
  return [{ at: random.between(100, 900), ms: random.between(50, 700) }];
}

const place = (random) => (random.chance(0.3) ? 'off' : 'auto');

function talkPart(random, talker, to, leaveOpen) {
  return {
    inWorker: random.chance(0.35),
    blocks: blocks(random),
    talk: {
      talker,
      to,
      messages: messages(random, talker, random.between(2, 6)),
      place: place(random),
      patienceMs: 8000,
      leaveOpen,
    },
  };
}

function servePart(random, name) {
  return {
    inWorker: random.chance(0.35),
    blocks: blocks(random),
    serve: { name, place: place(random), idleTimeout: 20_000 },
  };
}

function endOf(random, part, probability) {
  if (!random.chance(probability)) return { how: random.pick(IN_THE_END) };
  return {
    how: random.pick(part.inWorker ? SUDDEN_IN_WORKER : SUDDEN),
    at: random.between(150, 1500),
  };
}

function stops(random) {
  if (!random.chance(0.2)) return [];
  return [{ at: random.between(150, 1000), ms: random.between(20, 1200) }];
}

/** Several talkers and one server, which may end before they do and have a successor. */
function manyToOne(random, scene) {
  const name = `${scene}-server`;
  const noise = random.chance(0.4);
  const part = servePart(random, name);
  // Strangers' signals may end what no longer serves: their server has ends that do not depend on them.
  const end = endOf(random, part, 0.4);
  if (noise && IN_THE_END.every((how) => how !== end.how)) end.how = 'kill';
  if (noise && end.how === 'drop') end.how = 'close';
  if (!noise && end.at === undefined && random.chance(0.2)) {
    part.serve.restartAt = random.between(200, 1200);
    end.how = 'close';
  }
  const server = { name, parts: [part], end, stops: stops(random), keep: random.chance(0.5) };
  const actors = [server];
  if (end.at !== undefined && random.chance(0.6)) {
    const successor = servePart(random, name);
    actors.push({
      name: `${name}-2`,
      after: name,
      parts: [successor],
      end: { how: 'close' },
      stops: [],
    });
  }
  for (let i = 1; i <= random.between(1, 4); i += 1) {
    const talker = `${scene}.${i}`;
    const client = talkPart(random, talker, name, false);
    const clientEnd = endOf(random, client, 0.3);
    client.talk.leaveOpen = clientEnd.how === 'drop';
    const parts = [client];
    if (random.chance(0.25)) parts.push(talkPart(random, `${scene}.${i + 10}`, name, false));
    const keep = parts.every(({ inWorker }) => !inWorker);
    actors.push({
      name: `${scene}-client-${i}`,
      parts,
      end: clientEnd,
      stops: stops(random),
      keep: keep && (noise || random.chance(0.5)),
    });
  }
  return { actors, noise, isServed: end.at === undefined && part.serve.restartAt === undefined };
}

/** Two or three processes, each a server and a client of the next. */
function inARing(random, scene) {
  const count = random.between(2, 3);
  const actors = Array.from({ length: count }, (_, i) => {
    const here = random.chance(0.3);
    const server = servePart(random, `${scene}-${i}`);
    const client = talkPart(random, `${scene}.${i}`, `${scene}-${(i + 1) % count}`, false);
    // Both ways on one thread is the case with a rule of its own.
    server.inWorker = here;
    client.inWorker = here && random.chance(0.3);
    return {
      name: `${scene}-${i}`,
      parts: [server, client],
      end: { how: 'close' },
      stops: stops(random),
    };
  });
  const victim = random.chance(0.3) ? random.pick(actors) : undefined;
  if (victim !== undefined)
    victim.end = { how: random.pick(SUDDEN), at: random.between(200, 1500) };
  return {
    actors,
    noise: random.chance(0.3) && victim === undefined,
    isServed: victim === undefined,
  };
}

/** The commands: exit codes, names, standard input. */
function commands(random, scene) {
  const name = `${scene}-server`;
  const end = random.chance(0.3)
    ? { how: 'kill', at: random.between(300, 1500) }
    : { how: random.pick(['SIGTERM', 'SIGINT', 'SIGHUP']) };
  const actors = [{ name, command: 'server', end, stops: stops(random) }];
  for (let i = 1; i <= random.between(2, 4); i += 1) {
    const [message] = messages(random, `${scene}.${i}`, 1);
    const hows = ['kill', 'SIGINT', 'SIGTERM'];
    const clientEnd = random.chance(0.3)
      ? { how: random.pick(hows), at: random.between(20, 600) }
      : { how: 'close' };
    actors.push({
      name: `${scene}-client-${i}`,
      command: 'client',
      to: name,
      message,
      end: clientEnd,
      stops: stops(random),
    });
  }
  return { actors, noise: random.chance(0.4), isServed: end.at === undefined };
}

/** The plan of the scene of that number; whatever scenes came before. */
function sceneOf(seed, number) {
  const random = createRandom(seed + Math.imul(number, 0x9e3779b1));
  const name = `s${number}`;
  const make = random.pick([manyToOne, manyToOne, manyToOne, inARing, commands]);
  const plan = { name, kind: make.name, ...make(random, name) };
  if (random.chance(0.15)) {
    plan.hoard = {
      at: random.between(100, 800),
      ms: random.between(100, 1500),
      queue: SMALL_QUEUE,
    };
    plan.noise = false; // strangers need room in the queue as well
  }
  if (plan.noise) {
    plan.noise = {
      seed: random.between(0, 2 ** 30),
      ms: random.between(300, 1200),
      at_once: random.between(1, 10),
      pause_ms: random.pick([1, 3, 10]),
    };
  }
  return plan;
}

function* scenesFrom(seed) {
  for (let number = 1; ; number += 1) yield sceneOf(seed, number);
}

/** One that nobody disturbs. */
function calmScene() {
  const message = (i) => ({ name: `calm.1.${i}.${i * 20}`, mode: 'word', pause: 0 });
  const talk = { talker: 'calm.1', to: 'calm', messages: [1, 2, 3, 4].map(message) };
  const end = { how: 'close' };
  return {
    name: 'calm',
    kind: 'calm',
    isServed: true,
    actors: [
      { name: 'calm', parts: [{ blocks: [], serve: { name: 'calm' } }], end },
      { name: 'calm-client', parts: [{ blocks: [], talk: { ...talk, patienceMs: 5000 } }], end },
    ],
  };
}

module.exports = { calmScene, sceneOf, scenesFrom };

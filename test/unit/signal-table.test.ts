// One table of signals for C++ and TypeScript, held against Node and the kernel.
import { constants } from 'node:os';
import { binding, DefaultAction } from '../../lib/binding/signals.js';
import type { SignalOrigin } from '../../lib/signals/info.js';
import { lookAtStatus } from '../../lib/signals/internal/proc.js';
import { signalName, signalNumber } from '../../lib/signals/names.js';
import { Process, sleep } from '../support/processes.js';

const { SIGABRT, SIGSTOP } = constants.signals;
const secondNames = ['SIGIOT', 'SIGPOLL', 'SIGUNUSED'];

test('the table has the signals that Node has, by the same names', () => {
  const nodes = Object.entries(constants.signals).filter(([name]) => !secondNames.includes(name));
  const ours = binding.signals.map(({ name, number }) => [name, number]);
  expect(Object.fromEntries(ours)).toEqual(Object.fromEntries(nodes));
});

test('names and numbers are the same both ways, second names are understood', () => {
  for (const { name, number } of binding.signals) {
    expect(signalName(number)).toBe(name);
    expect(signalNumber(name as NodeJS.Signals)).toBe(number);
  }
  expect(signalNumber('SIGIOT')).toBe(SIGABRT);
});

test('the origins are those of the type', () => {
  const ofType: Record<SignalOrigin, true> = {
    process: true,
    claimed: true,
    kernel: true,
    child: true,
    timer: true,
    unknown: true,
  };
  expect([...binding.origins].sort()).toEqual(Object.keys(ofType).sort());
});

test('each code has one name', () => {
  expect(new Set(binding.codes.map(({ code }) => code)).size).toBe(binding.codes.length);
  expect(new Set(binding.codes.map(({ name }) => name)).size).toBe(binding.codes.length);
});

/** Starts processes in groups of their own, whose parent stays: an orphaned group is never stopped. */
function startVictims(count: number): Process {
  const script = 'set -m; while read; do sleep 100 >&- 2>&- & echo $!; done; kill -STOP $$';
  return new Process('bash', ['-c', script], {
    input: '\n'.repeat(count),
  });
}

function state(pid: number): string {
  const look = lookAtStatus(pid);
  return look.is === 'seen' ? look.value.state : 'Z';
}

async function untilState(pid: number, wanted: string): Promise<void> {
  while (!wanted.includes(state(pid))) await sleep(1);
}

/** What the signal does to a process that sleeps and does not catch it. */
async function actionOf(signo: number, pid: number): Promise<number> {
  await untilState(pid, 'S');
  process.kill(pid, signo);
  await untilState(pid, 'SZT'); // while it is being handled: R
  if (state(pid) === 'Z') return DefaultAction.end;
  if (state(pid) === 'T') return DefaultAction.stop;
  process.kill(pid, SIGSTOP);
  await untilState(pid, 'T');
  process.kill(pid, signo);
  return state(pid) === 'T' ? DefaultAction.ignore : DefaultAction.continue;
}

test("each signal's default action, a realtime one's too, is what the kernel does", async () => {
  const wanted = [
    ...binding.signals,
    { name: 'SIGRTMIN', number: signalNumber('SIGRTMIN'), action: DefaultAction.end },
  ];
  const victims = startVictims(wanted.length);
  const lines = () => victims.text.trim().split('\n');
  await victims.until(() => lines().length === wanted.length);
  const pids = lines().map(Number);
  try {
    const done = await Promise.all(
      wanted.map(async ({ name, number }, i) => [name, await actionOf(number, pids[i] as number)]),
    );
    expect(Object.fromEntries(done)).toEqual(
      Object.fromEntries(wanted.map(({ name, action }) => [name, action])),
    );
  } finally {
    for (const pid of pids) if (state(pid) !== 'Z') process.kill(pid, 'SIGKILL');
  }
});

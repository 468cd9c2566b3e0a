// Command lines that are no PID and no text.
import { setTimeout as sleep } from 'node:timers/promises';
import { type Finding, failed, passed } from '../../finding.js';
import { startInGroup } from '../group.js';
import type { Programs } from '../programs.js';
import { type Exit, howEnded, Stranger } from '../stranger.js';

const END_MS = 3000;
const PARSE =
  'check the whole argument: digits only, and a number from 2 to 2147483647 (strtol(), not atoi())';

/** What is wrong with how a client took it; undefined: nothing. */
async function complaint(client: Stranger, shown: string): Promise<string | undefined> {
  const exit = await client.exitWithin(END_MS);
  if (exit === undefined) {
    await client.end();
    return `${shown}: did not end`;
  }
  if (exit.signal !== null) return `${shown}: ended by ${howEnded(exit)}`;
  return client.errors === '' && client.output.length === 0 ? `${shown}: said nothing` : undefined;
}

export async function wrongCount(programs: Programs): Promise<Finding> {
  const server = await programs.startServer();
  const own = String(server.pid);
  const lines = [[], [own], [own, 'one', 'two'], [own, 'one', 'two', 'three']];
  const complaints = [];
  for (const line of lines) {
    const shown = `./client ${line.join(' ').replace(own, 'PID')}`.trim();
    complaints.push(await complaint(programs.startClient(line), shown));
  }
  if (server.stranger.ended)
    complaints.push(`the server ended: ${howEnded(server.stranger.ended)}`);
  return ofComplaints(
    complaints,
    'each was an error',
    'check argc first, and say what is expected',
  );
}

function ofComplaints(
  complaints: readonly (string | undefined)[],
  good: string,
  cause: string,
): Finding {
  const found = complaints.filter((each) => each !== undefined);
  return found.length === 0 ? passed(good) : failed(found.join('; '), cause);
}

/** Beyond PID_MAX_LIMIT, so that no process has it. */
const NOBODY = '4194305';

export async function nobody(programs: Programs): Promise<Finding> {
  const client = programs.startClient([NOBODY, 'Hello']);
  const exit = await client.exitWithin(END_MS);
  const cause = 'look at what kill() returns: -1 is an error, and there is nothing to wait for';
  if (exit === undefined) {
    await client.end();
    return failed('the client did not end', cause);
  }
  if (exit.signal !== null) return failed(`the client ended by ${howEnded(exit)}`);
  if (exit.code === 0) return failed('exit code 0, as if it had been sent', cause);
  return passed(`${howEnded(exit)}: ${client.errors || client.output.toString()}`.trim());
}

/** Whether it is how we end what lives: a signal from before would have ended it, however late we hear of it. */
function isOurs({ signal }: Exit): boolean {
  return signal === 'SIGKILL';
}

export async function uncaught(programs: Programs): Promise<Finding> {
  const bystander = new Stranger('sleep', ['60'], '/');
  await sleep(50);
  const client = programs.startClient([String(bystander.pid), 'Hello']);
  await client.exitWithin(END_MS);
  await client.end();
  const end = await bystander.end();
  if (isOurs(end)) return passed('the process lives');
  return failed(
    `a process that catches nothing was ended by ${howEnded(end)}`,
    'kill() does not ask whether the signal is caught: look at SigCgt in /proc/PID/status first',
  );
}

const dangerous = [
  ...['0', '000', '-0', '-1', '--', 'hehe', '', ' ', '1', '99A9E99T9'],
  ...['2147483648', '-2147483648', '-2147483649', '4294967295', '4294967296', '4294967297'],
  ...['18446744073709551615', '99999999999999999999'],
];

/** Only where nobody else can be reached. */
export async function dangerousArguments(programs: Programs): Promise<Finding> {
  const complaints = [];
  for (const line of dangerous) complaints.push(await hitBy(line, programs));
  return ofComplaints(complaints, `${dangerous.length} of them hit nobody`, PARSE);
}

/** Whom a client hit that was told this PID; undefined: nobody. */
async function hitBy(line: string, programs: Programs): Promise<string | undefined> {
  const bystander = new Stranger('sleep', ['60'], '/');
  const group = startInGroup([`${programs.folder}/client`, line, 'Hello'], programs.folder);
  const exit = await group.stranger.exitWithin(1000);
  await sleep(10);
  const shown = JSON.stringify(line);
  const isGroupHit = group.hasEnded();
  const [bystanderEnd] = await Promise.all([bystander.end(), group.stranger.end()]);
  if (!isOurs(bystanderEnd)) return `${shown}: all processes were signalled, as by kill(-1, …)`;
  if (isGroupHit) return `${shown}: its group was signalled, as by kill(0, …)`;
  if (exit === undefined) return `${shown}: did not end`;
  if (exit.code === 0) return `${shown}: exit code 0`;
  return undefined;
}

// A text after, or while, something goes wrong.
import { setTimeout as sleep } from 'node:timers/promises';
import { type Finding, failed, passed } from '../../finding.js';
import { quoted } from '../compare.js';
import { judge, type Programs, type Server } from '../programs.js';
import { howEnded, Stranger } from '../stranger.js';
import { textOf } from './texts.js';

const RUN_MS = 60;
const LONG = 5000;

/** A client in the middle of a text; undefined when it had ended before. */
export async function inTheMiddle(
  programs: Programs,
  server: Server,
  prefix?: readonly string[],
): Promise<Stranger | undefined> {
  for (const length of [LONG, 20 * LONG]) {
    const client = programs.startClient([String(server.pid), textOf(length)], prefix);
    await sleep(RUN_MS);
    if (client.ended === undefined) return client;
  }
  return undefined;
}

const TOO_FAST = 'it had sent 100,000 characters before';

export const NEXT = 'the next text';

/** @param cause of what is wrong with it, where the server lives */
export async function nextText(
  programs: Programs,
  server: Server,
  cause: string,
): Promise<Finding> {
  const sent = await programs.send(server, NEXT);
  const next = judge(sent);
  if (next.verdict !== 'passed') {
    return failed(`the next text: ${next.seen}`, server.stranger.ended ? next.cause : cause);
  }
  // A byte's worth of bits shifts nothing, and is no less wrong.
  const printed = sent.printed.toString('latin1').trimStart();
  return printed.startsWith(NEXT)
    ? passed('the next text came through')
    : failed(`before the next text stands ${quoted(sent.printed.subarray(0, 20))}`, cause);
}

export async function clientKilled(programs: Programs): Promise<Finding> {
  const server = await programs.startServer();
  const client = await inTheMiddle(programs, server);
  await client?.end();
  return nextText(
    programs,
    server,
    'the bits and bytes of the dead client are kept: begin anew when si_pid changes, and that pid is gone (kill(pid, 0)) or silent',
  );
}

const CLIENT_ENDS_MS = 6_000;

export async function serverKilled(programs: Programs): Promise<Finding> {
  const server = await programs.startServer();
  const client = await inTheMiddle(programs, server);
  if (client === undefined) return passed(TOO_FAST);
  await server.stranger.end();
  const since = performance.now();
  const exit = await client.exitWithin(CLIENT_ENDS_MS);
  if (exit === undefined) {
    await client.end();
    return failed(
      `the client still waited after ${CLIENT_ENDS_MS / 1000} s`,
      'it waits for an answer without end: wait with a time-out (alarm(), or usleep() in a loop), then see whether kill(pid, 0) fails',
    );
  }
  if (exit.code === 0) {
    return failed(
      'the client ended with exit code 0, as if all had been sent',
      'look at what kill() returns',
    );
  }
  const again = judge(await programs.send(await programs.startServer(), 'again'));
  const ms = Math.round(performance.now() - since);
  return again.verdict === 'passed'
    ? passed(`the client ended (${howEnded(exit)}, ${ms} ms), a new server took a text`)
    : again;
}

const STOPPED_MS = 1000;

export async function stopped(programs: Programs): Promise<Finding> {
  const server = await programs.startServer();
  const text = textOf(2000);
  const sending = programs.send(server, text, { limit: 25_000 });
  await sleep(RUN_MS / 2);
  server.stranger.signal('SIGSTOP');
  await sleep(STOPPED_MS);
  server.stranger.signal('SIGCONT');
  return judge(await sending);
}

export async function stray(programs: Programs): Promise<Finding> {
  for (const name of ['USR1', 'USR2']) {
    const server = await programs.startServer();
    // It is the shell's own kill, so that the sender is gone when the server looks.
    await new Stranger('sh', ['-c', `kill -${name} ${server.pid}`], '/').exitWithin(1000);
    await sleep(50);
    const cause = `the SIG${name} was taken for the first bit: whose bits are counted must follow from si_pid, and begin anew when that changes`;
    const finding = await nextText(programs, server, cause);
    if (finding.verdict !== 'passed') return failed(`after a SIG${name}: ${finding.seen}`, cause);
    await server.stranger.end();
  }
  return passed('the next text came through');
}

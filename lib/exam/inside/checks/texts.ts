// One text after another, by the programs' own client.
import { join } from 'node:path';
import { type Finding, failed, passed } from '../../finding.js';
import { compare } from '../compare.js';
import { judge, PATIENCE_MS, type Programs, type Sent } from '../programs.js';
import { howEnded, Stranger } from '../stranger.js';

export async function pid(programs: Programs): Promise<Finding> {
  const { stranger, isShown } = await programs.startServer();
  if (stranger.ended !== undefined) {
    return failed(
      `the server ended by itself: ${howEnded(stranger.ended)} ${stranger.errors}`.trim(),
    );
  }
  if (isShown) return passed(firstLine(stranger));
  const seen =
    stranger.output.length === 0
      ? 'nothing was printed'
      : `"${firstLine(stranger)}", and its PID is another`;
  return failed(
    seen,
    'printf() keeps text until a newline, or, in a pipe, until 4 kB: print by write()',
  );
}

function firstLine({ output }: Stranger): string {
  return output.toString().split('\n')[0]?.slice(0, 60) ?? '';
}

export async function short(programs: Programs): Promise<Finding> {
  return judge(await programs.send(await programs.startServer(), 'Hello, world'));
}

const LONG_TEXT = 'The quick brown fox jumps over the lazy dog; 0123456789. ';

export function textOf(length: number): string {
  return LONG_TEXT.repeat(Math.ceil(length / LONG_TEXT.length)).slice(0, length);
}

const TOO_LONG_MS = 1000;

export async function hundred(programs: Programs): Promise<Finding> {
  const sent = await programs.send(await programs.startServer(), textOf(100), {
    limit: 15_000,
  });
  const finding = judge(sent);
  if (finding.verdict !== 'passed') return finding;
  if (sent.ms < TOO_LONG_MS) return passed(`${Math.round(sent.ms)} ms`);
  return failed(
    `${Math.round(sent.ms)} ms, which is ${(sent.ms / 800).toFixed(1)} ms a bit`,
    'somebody sleeps at each bit: usleep() in the client, or in the server before it answers',
  );
}

export async function empty(programs: Programs): Promise<Finding> {
  const server = await programs.startServer();
  const finding = judge(await programs.send(server, ''));
  if (finding.verdict !== 'passed') return finding;
  const next = judge(await programs.send(server, 'next'));
  return next.verdict === 'passed' ? passed('the next one came through') : next;
}

export async function characters(programs: Programs): Promise<Finding> {
  const printable = Array.from({ length: 95 }, (_, i) => String.fromCharCode(0x20 + i)).join('');
  return judge(await programs.send(await programs.startServer(), `${printable}\t%s%n\\0`));
}

export async function unicode(programs: Programs): Promise<Finding> {
  const text = 'Grüße, señor, 日本語, Ελληνικά, 👩‍🚀🦜 '.repeat(3);
  return judge(await programs.send(await programs.startServer(), text, { limit: 10_000 }));
}

/** A shell makes them: Node's arguments are always UTF-8. */
export async function bytes(programs: Programs): Promise<Finding> {
  const text = Buffer.from([0x61, 0x80, 0x81, 0x82, 0xfe, 0xff, 0x7a]);
  const server = await programs.startServer();
  const script = `exec "$0" "$1" "$(printf 'a\\200\\201\\202\\376\\377z')"`;
  const client = new Stranger(
    'sh',
    ['-c', script, join(programs.folder, 'client'), String(server.pid)],
    programs.folder,
  );
  const exit = await client.exitWithin(PATIENCE_MS);
  await server.stranger.until(() => compare(text, server.printed()).isSame, 500);
  const sent: Sent = {
    exit,
    errors: client.errors,
    ms: 0,
    printed: server.printed(),
    text,
    server,
  };
  return judge(sent);
}

/** @param limit ms */
export function ofLength(length: number, limit: number) {
  return async (programs: Programs): Promise<Finding> => {
    const sent = await programs.send(await programs.startServer(), textOf(length), { limit });
    const finding = judge(sent);
    if (finding.verdict === 'passed') {
      return passed(`${Math.round(sent.ms)} ms: ${Math.round((8 * length) / sent.ms)} kbit/s`);
    }
    const { length: printed } = sent.printed;
    const isOnItsWay =
      sent.exit === undefined && textOf(length).startsWith(sent.printed.toString());
    return isOnItsWay && printed > 0
      ? failed(`only ${printed} characters after ${limit / 1000} s`, 'it sleeps at each bit')
      : finding;
  };
}

export function inARow(count: number) {
  return async (programs: Programs): Promise<Finding> => {
    const server = await programs.startServer();
    const since = performance.now();
    for (let i = 1; i <= count; i += 1) {
      const finding = judge(await programs.send(server, `text ${i} of ${count}!`));
      if (finding.verdict !== 'passed') {
        return failed(
          `text ${i} of ${count}: ${finding.seen}`,
          finding.cause ??
            'something of the text before was left: put all of the state back at its end',
        );
      }
    }
    return passed(`${count} in ${Math.round(performance.now() - since)} ms`);
  };
}

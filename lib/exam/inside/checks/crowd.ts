// Several clients at once.
import { type Finding, failed, passed } from '../../finding.js';
import type { Programs } from '../programs.js';
import { howEnded } from '../stranger.js';

const MIXED =
  'bits of several clients were mixed: the server keeps one state for all. Keep one client at a time (by si_pid), and let the others wait for their first answer';
const LOST =
  'a signal that comes while one of the same number waits is lost: who gets no answer has to begin anew, and so has the server when si_pid changes';

/** @param limit ms, for all of them */
export function atOnce(count: number, limit: number) {
  return async (programs: Programs): Promise<Finding> => {
    const server = await programs.startServer();
    const texts = Array.from({ length: count }, (_, i) => `<client ${i}: ${'abc'.repeat(40)}>`);
    const clients = texts.map((text) => programs.startClient(String(server.pid), text));
    const end = performance.now() + limit;
    const exits = await Promise.all(
      clients.map((client) => client.exitWithin(Math.max(0, end - performance.now()))),
    );
    const isThere = (text: string) => server.printed().includes(text);
    await server.stranger.until(() => texts.every(isThere), 500);
    await Promise.all(clients.map((client) => client.end()));
    const { ended } = server.stranger;
    if (ended !== undefined) return failed(`the server ended: ${howEnded(ended)}`);
    const whole = texts.filter(isThere).length;
    const cause = texts
      .reduce((rest, text) => rest.replace(text, ''), server.printed().toString())
      .trim()
      ? MIXED
      : LOST;
    const hung = exits.filter((exit) => exit === undefined).length;
    // Who says that it did not succeed may try again; who says nothing lies.
    const lies = texts.filter((text, i) => exits[i]?.code === 0 && !isThere(text)).length;
    const seen = `${whole} of ${count} texts are exact`;
    if (hung > 0) return failed(`${seen}; ${hung} clients did not end in ${limit / 1000} s`, cause);
    if (lies > 0) return failed(`${seen}; ${lies} clients said nothing of it`, cause);
    return whole === count ? passed(seen) : failed(`${seen}; the others told of an error`, cause);
  };
}

// What the two programs call that they should not, as a preloaded library sees it.
import { type Finding, failed, passed, skipped } from '../../finding.js';
import type { Calls } from '../calls.js';
import { judge, type Programs, type Server } from '../programs.js';
import type { Stranger } from '../stranger.js';
import { inTheMiddle, NEXT } from './disturbances.js';

const UNSEEN = 'they cannot be watched: linked statically, or with a sanitizer';

/** The server and its client, each watched. */
interface Watched {
  readonly server: Server;
  readonly ofServer: Calls;
  readonly ofClient: Calls;
}

async function startWatched(programs: Programs): Promise<Watched> {
  const ofServer = programs.calls().watch();
  const ofClient = programs.calls().watch();
  return { server: await programs.startServer(ofServer.prefix), ofServer, ofClient };
}

export async function handlers(programs: Programs): Promise<Finding> {
  const { failure } = programs.calls();
  if (failure !== undefined) return skipped(failure);
  const { server, ofServer, ofClient } = await startWatched(programs);
  const sent = judge(await programs.send(server, 'Hello', { prefix: ofClient.prefix }));
  await server.stranger.end();
  const inServer = ofServer.seen()?.inHandler;
  const inClient = ofClient.seen()?.inHandler;
  if (inServer === undefined || inClient === undefined) return skipped(UNSEEN);
  const found = [
    ...(inServer.length > 0 ? [`the server's handler calls ${inServer.join(', ')}`] : []),
    ...(inClient.length > 0 ? [`the client's handler calls ${inClient.join(', ')}`] : []),
  ];
  if (found.length > 0) {
    return failed(
      found.join('; '),
      'only set a variable (volatile sig_atomic_t) in the handler, and do the rest in the loop of main(). write() is allowed, and _exit() in place of exit(): man 7 signal-safety',
    );
  }
  return sent.verdict === 'passed' ? passed('none of those that are looked for') : skipped(UNSEEN);
}

/** What was on its way when the other end ended, and a final signal. */
const FEW = 2;

export async function gone(programs: Programs): Promise<Finding> {
  const { failure } = programs.calls();
  if (failure !== undefined) return skipped(failure);
  const found = [
    await countOf('server', programs, async ({ server }, client) => {
      await client?.end();
      await programs.send(server, NEXT);
    }),
    await countOf('client', programs, async ({ server }, client) => {
      await server.stranger.end();
      await client?.exitWithin(1000);
    }),
  ];
  const bad = found.filter(({ count = 0 }) => count > FEW);
  if (bad.length > 0) {
    return failed(
      bad.map(({ who, count }) => `the ${who} signalled it ${count} times`).join('; '),
      'look at what kill() returns: -1 with ESRCH says that the process is gone',
    );
  }
  return found.some(({ count }) => count === undefined)
    ? skipped(UNSEEN)
    : passed('neither program goes on');
}

async function countOf(
  who: 'server' | 'client',
  programs: Programs,
  end: (watched: Watched, client: Stranger | undefined) => Promise<void>,
): Promise<{ who: string; count: number | undefined }> {
  const watched = await startWatched(programs);
  const client = await inTheMiddle(programs, watched.server, watched.ofClient.prefix);
  await end(watched, client);
  await Promise.all([watched.server.stranger.end(), client?.end()]);
  const calls = who === 'server' ? watched.ofServer : watched.ofClient;
  return { who, count: calls.seen()?.gone };
}

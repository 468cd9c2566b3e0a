// The end of a server whose clients did not all hear of it: docs/protocol.md, "The end".
import type { Endpoint } from '../peer/endpoint.js';
import { Kind, type Word } from '../wire/word.js';
import type { ServedClient } from './farewell.js';

const LOOK_MS = 500;

/**
 * Calls `restore` once each of these clients has said CLOSE or has ended. A client that
 * was stopped after its look at the server, and before its signal, still sends that
 * signal when it goes on. Keeps the event loop not alive.
 */
export function linger(
  endpoint: Endpoint,
  unconfirmed: readonly ServedClient[],
  restore: () => void,
): void {
  const sessions = new Map(unconfirmed.map((session) => [session.id, session]));
  const forget = (session: ServedClient) => {
    session.process.close();
    sessions.delete(session.id);
    if (sessions.size > 0) return;
    clearInterval(timer);
    endpoint.leaving.delete(port);
    restore();
  };
  const port = {
    accept(word: Word, pid: number) {
      if (word.kind === Kind.open) return false; // to a later server
      const session = sessions.get(word.session);
      if (session?.process.pid !== pid) return false;
      if (word.kind === Kind.close) forget(session);
      return true;
    },
  };
  const look = () => {
    for (const session of sessions.values()) {
      if (session.process.hasExited()) forget(session);
    }
  };
  if (sessions.size === 0) {
    restore();
    return;
  }
  endpoint.leaving.add(port);
  const timer = setInterval(look, LOOK_MS).unref();
}

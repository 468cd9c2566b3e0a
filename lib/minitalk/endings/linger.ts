// The end of a server whose clients did not all hear of it: docs/protocol.md, "The end".
import type { Endpoint } from '../peer/endpoint.js';
import { isGone, tell } from '../peer/pinned.js';
import { Kind, NO_ANSWER, Reason, type Word } from '../wire/word.js';
import type { ServedClient } from './farewell.js';

const LOOK_MS = 500;
/** A client whose CLOSED was dropped says CLOSE again so soon, and looks before it does. */
const LAST_CLOSE_MS = 100;

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
  const clients = new Map(unconfirmed.map((client) => [client.id, client]));
  const waitedFor = new Set(clients.values());
  if (waitedFor.size === 0) {
    restore();
    return;
  }
  let end: NodeJS.Timeout | undefined;
  const confirm = (client: ServedClient) => {
    if (!waitedFor.delete(client) || waitedFor.size > 0) return;
    clearInterval(timer);
    end = setTimeout(finish, LAST_CLOSE_MS).unref();
  };
  const finish = () => {
    endpoint.leaving.delete(port);
    for (const client of clients.values()) client.unpin();
    restore();
  };
  const port = {
    accept(word: Word, pid: number) {
      if (word.kind === Kind.open) return false; // to a later server
      const client = clients.get(word.session);
      if (client?.process.pid !== pid) return false;
      answer(client, word);
      if (word.kind === Kind.close) confirm(client);
      if (word.kind === Kind.close) end?.refresh();
      return true;
    },
  };
  const timer = setInterval(() => {
    for (const client of waitedFor) {
      if (isGone(client)) confirm(client);
    }
  }, LOOK_MS).unref();
  endpoint.leaving.add(port);
}

/** As the server did: how the last message ended, that nothing new is taken, or that the end is heard. */
function answer(client: ServedClient, word: Word): void {
  const session = client.id;
  switch (word.kind) {
    case Kind.close:
      if (word.attempt === NO_ANSWER) return;
      tell(client, { kind: Kind.closed, session, attempt: word.attempt });
      return;
    case Kind.offer:
    case Kind.offerWords:
    case Kind.offerBurst: {
      const { message } = word;
      const reason = client.outcome?.message === message ? client.outcome.reason : Reason.closing;
      tell(
        client,
        reason === undefined
          ? { kind: Kind.delivered, session, message }
          : { kind: Kind.refused, session, message, reason },
      );
    }
  }
}

// The end of a server, as its clients hear of it: docs/protocol.md, "The end".
import { setTimeout as sleep } from 'node:timers/promises';
import { isGone, type PinnedThread, tell } from '../peer/pinned.js';
import { Kind, NO_MESSAGE, Reason } from '../wire/word.js';

const LEAVE_MS = 500;
const LEAVE_ASK_MS = 20;

/** A client of a server that ends. */
export interface ServedClient extends PinnedThread {
  /** Its session. */
  readonly id: number;
  /** How its last message ended; `reason` is that of a REFUSED word, undefined: delivered. */
  readonly outcome: { readonly message: number; readonly reason?: number } | undefined;
}

/**
 * Tells each client that this is the end until none is left in `clients`, or for 500 ms.
 * @param died takes one out who is gone; who says CLOSE is taken out by the caller
 */
export async function sayFarewell<Client extends ServedClient>(
  clients: Iterable<Client> & { readonly size: number },
  died: (client: Client) => void,
): Promise<void> {
  // Who does not answer in time is stopped, or its loop is blocked: see linger.
  for (let ms = 0; ms < LEAVE_MS; ms += LEAVE_ASK_MS) {
    for (const client of clients) {
      if (isGone(client)) died(client);
      else {
        tell(client, {
          kind: Kind.refused,
          session: client.id,
          message: NO_MESSAGE,
          reason: Reason.closing,
        });
      }
    }
    if (clients.size === 0) return;
    await sleep(LEAVE_ASK_MS);
  }
}

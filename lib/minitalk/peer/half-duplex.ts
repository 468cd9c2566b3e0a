// Both ways at once: docs/protocol.md, section 7.
import { setTimeout as sleep } from 'node:timers/promises';
import { createAttention } from './attention.js';
import type { Endpoint } from './endpoint.js';

/** A frame of ours waits for the one that our own server has granted while that gets on, at least so often. */
const YIELD_MS = 200;
const POLL_MS = 1;
/** From one look to the next at most, on a busy machine too. */
const ROUND_MS = 20;

export interface Turn {
  /** From here on this process's own server grants nothing. Waits for the frame it has granted. */
  begin(): Promise<void>;
  /** Safe to repeat. */
  end(): void;
}

/** The turns of a client of this endpoint that sends to the process `peer`. */
export function clientTurn(endpoint: Endpoint, peer: number): Turn {
  let isOurs = false;
  return {
    async begin() {
      isOurs = true;
      endpoint.transmitting += 1;
      await ownServerRests(endpoint, peer);
    },
    end() {
      if (!isOurs) return;
      isOurs = false;
      endpoint.transmitting -= 1;
      endpoint.server?.schedule();
    },
  };
}

async function ownServerRests({ server }: Endpoint, peer: number): Promise<void> {
  const attention = createAttention();
  let count: number | undefined;
  let since = 0;
  for (;;) {
    const granted = server?.granted();
    // Each holds a grant of the other: the lower pid goes first.
    if (granted === undefined || (granted.pid === peer && process.pid < peer)) return;
    if (granted.count !== count) {
      count = granted.count;
      since = attention.now;
    } else if (attention.hasPassed(since, YIELD_MS)) {
      return; // it waits too, perhaps for us
    }
    await sleep(POLL_MS);
    attention.listened(ROUND_MS);
  }
}

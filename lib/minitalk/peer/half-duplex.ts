// Both ways at once: docs/protocol.md, section 7.
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicMs } from './clock.js';
import type { Endpoint } from './endpoint.js';

/** A frame of ours waits for the one that our own server has granted while that gets on, at least so often. */
const YIELD_MS = 200;

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

async function ownServerRests({ server, channel }: Endpoint, peer: number): Promise<void> {
  let count: number | undefined;
  let end = 0;
  for (;;) {
    const holder = server?.grantedPid();
    // Each holds a grant of the other: the lower pid goes first.
    if (holder === undefined || (holder === peer && process.pid < peer)) return;
    const counted = channel.native.grantCount();
    if (counted !== count) {
      count = counted;
      end = monotonicMs() + YIELD_MS;
    } else if (monotonicMs() >= end) {
      return; // it waits too, perhaps for us
    }
    await sleep(1);
  }
}

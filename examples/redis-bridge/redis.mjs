// A connection to Redis that gives up when it fails, and work that then begins anew.
import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from '@redis/client';

const RETRY_MS = 500;
const { REDIS_URL = 'redis://127.0.0.1:6379' } = process.env; // or unix:///run/redis/redis.sock

// By itself the client would connect again and repeat a command. But Redis may have lost what it
// had, and to go on in the middle would leave a hole: so each connection begins with a look.
const unbroken = { reconnectStrategy: false };

/**
 * Runs `work` for ever. Whatever fails, it begins anew from what is written down: so at no moment
 * can a kill do harm, and nobody here catches a signal.
 */
export async function persist(work) {
  for (;;) {
    const redis = createClient({ url: REDIS_URL, socket: unbroken, disableOfflineQueue: true });
    redis.on('error', () => {}); // whatever waits for an answer has it, too
    try {
      await redis.connect();
      await work(redis);
    } catch (error) {
      console.error(error.message);
    }
    if (redis.isOpen) redis.destroy();
    await pause(RETRY_MS);
  }
}

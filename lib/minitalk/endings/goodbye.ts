// The end of a session, from the client's side: docs/protocol.md, "The end".
import { currentThread } from '../../signals/internal/primitives.js';
import { acquireEndpoint, sendWord } from '../peer/endpoint.js';
import { FIRST_ASK_MS, longerWait } from '../peer/patience.js';
import type { Target } from '../peer/target.js';
import { Kind, NO_ANSWER, type Word } from '../wire/word.js';

/**
 * Says CLOSE until the server confirms it or is gone. Until then our handlers stay
 * installed: what the server has still to say would otherwise end this process.
 * Keeps the event loop not alive.
 */
export function sayGoodbye(target: Target, session: number): Promise<void> {
  const endpoint = acquireEndpoint();
  const { pid } = target.process;
  return new Promise((resolve) => {
    let patience = FIRST_ASK_MS;
    let attempt = 0; // the last CLOSE's
    let timer: NodeJS.Timeout | undefined;
    const finish = () => {
      clearTimeout(timer);
      endpoint.clients.delete(port);
      endpoint.release();
      resolve();
    };
    const port = {
      accept(word: Word, from: number) {
        // A WELCOME names a nonce, never a session.
        if (from !== pid || word.session !== session || word.kind === Kind.welcome) return false;
        // One for an earlier CLOSE is followed by more.
        if (word.kind === Kind.closed && word.attempt === attempt) finish();
        return true;
      },
    };
    const say = (number: number) =>
      sendWord(pid, target.thread, {
        kind: Kind.close,
        session,
        attempt: number,
        thread: currentThread(),
      });
    const ask = () => {
      const server = target.look().is;
      if (server === 'server' || server === 'unknown') {
        // Who cannot look says nothing, but keeps the handlers: it may live.
        if (server === 'server') {
          attempt = (attempt % 255) + 1;
          say(attempt);
        }
        timer = setTimeout(ask, patience).unref();
        patience = longerWait(patience);
        return;
      }
      // A server that we kept waiting has closed without our word, and still catches it.
      if (attempt === 0 && server === 'unregistered') say(NO_ANSWER);
      finish();
    };
    endpoint.clients.add(port);
    ask();
  });
}

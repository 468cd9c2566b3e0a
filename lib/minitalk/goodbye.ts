// The end of a session, from the client's side: docs/protocol.md, "The end".
import { currentThread } from '../signals/primitives.js';
import { FIRST_ASK_MS, LAST_ASK_MS } from './ask.js';
import { acquireEndpoint, sendWord } from './endpoint.js';
import type { Target } from './target.js';
import { Kind, type Word } from './word.js';

/**
 * Says CLOSE until the server confirms it or is gone. Until then our handlers stay
 * installed: what the server has still to say would otherwise end this process.
 * Keeps the event loop not alive.
 */
export function sayGoodbye(target: Target, session: number): Promise<void> {
  const endpoint = acquireEndpoint();
  const { pid } = target.process;
  const close: Word = { kind: Kind.close, session, thread: currentThread() };
  return new Promise((resolve) => {
    let patience = FIRST_ASK_MS;
    let isSaid = false;
    let timer: NodeJS.Timeout | undefined;
    const finish = () => {
      clearTimeout(timer);
      endpoint.clients.delete(port);
      endpoint.release();
      resolve();
    };
    const port = {
      takeWord(word: Word, from: number) {
        if (from !== pid || word.session !== session) return false;
        if (word.kind === Kind.closed) finish();
        return true;
      },
    };
    const ask = () => {
      const mayRepeat = target.isStillServer();
      // A server that we kept waiting has closed without our word, and still catches it.
      if (mayRepeat || (!isSaid && target.stillCatches())) sendWord(pid, target.thread, close);
      isSaid = true;
      if (!mayRepeat) {
        finish();
        return;
      }
      timer = setTimeout(ask, patience).unref();
      patience = Math.min(patience * 2, LAST_ASK_MS);
    };
    endpoint.clients.add(port);
    ask();
  });
}

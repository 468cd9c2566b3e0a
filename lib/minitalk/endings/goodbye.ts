// The end of a session, from the client's side: docs/protocol.md, "The end".
import { binding } from '../../binding/minitalk.js';
import { monotonicMs } from '../../signals/internal/clock.js';
import { acquireEndpoint } from '../peer/endpoint.js';
import { FIRST_ASK_MS, longerWait, spread } from '../peer/patience.js';
import { type Target, UNREGISTERED_MS } from '../peer/target.js';
import { Kind, type Word } from '../wire/word.js';

/**
 * Says CLOSE until the server confirms it, is gone, or catches it no more. Until then our
 * handlers stay installed: what the server has still to say would otherwise end this
 * process. Keeps the event loop not alive.
 */
export function sayGoodbye(target: Target, session: number): Promise<void> {
  const endpoint = acquireEndpoint();
  const { pid } = target.process;
  const start = monotonicMs();
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
    /** It has long had its registration back, if it is a server still. */
    const isNoServer = () =>
      monotonicMs() - start >= UNREGISTERED_MS && target.lookAtRegistration().is === 'gone';
    const ask = () => {
      attempt = (attempt % 255) + 1;
      const told = target.tell({
        kind: Kind.close,
        session,
        attempt,
        thread: binding.currentThread(),
      });
      // Who cannot look says nothing, but keeps the handlers: it may live.
      if (told.is === 'gone' || told.is === 'deaf' || isNoServer()) {
        finish();
        return;
      }
      timer = setTimeout(ask, spread(patience)).unref();
      patience = longerWait(patience);
    };
    endpoint.clients.add(port);
    ask();
  });
}

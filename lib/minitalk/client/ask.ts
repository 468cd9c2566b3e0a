// A client's question, put again and again until it is answered: docs/protocol.md, section 5.
import { refused } from '../errors.js';
import { FIRST_ASK_MS, LAST_ASK_MS, longerWait, spread } from '../peer/patience.js';
import { Kind, NO_MESSAGE, type OfferKind, type Word } from '../wire/word.js';
import type { Mailbox } from './mailbox.js';
import type { RemoteServer } from './remote-server.js';

/** Who is asked, and where the answers arrive. */
export interface Asked {
  readonly server: RemoteServer;
  readonly mailbox: Mailbox;
}

/**
 * Sends `question`, again and again while there is no reply, and hands each word to
 * `answer` until that returns true.
 * @throws MinitalkError when it is refused, ETIMEDOUT, ESRCH, ABORT_ERR
 */
export async function ask(
  { server, mailbox }: Asked,
  question: Word & { kind: typeof Kind.open | OfferKind },
  doing: string,
  signal: AbortSignal,
  answer: (word: Word) => true | undefined | Promise<true | undefined>,
): Promise<void> {
  const message = question.kind === Kind.open ? NO_MESSAGE : question.message;
  let patience = FIRST_ASK_MS;
  server.say(question, doing);
  server.heard();
  for (;;) {
    const wait = spread(patience);
    const word = await mailbox.next(wait, signal);
    if (word === undefined) {
      // After an absence of ours the question has its whole wait again.
      if (server.listened(wait, doing)) patience = longerWait(patience);
      server.say(question, doing);
      continue;
    }
    server.heard();
    if (word.kind === Kind.refused) {
      if (word.message === message) throw refused(server.pid, word.reason);
      // The server takes its leave, or repeats itself about an earlier message. How
      // this one ended it tells who asks.
      if (word.message === NO_MESSAGE) {
        server.checkClosing(); // the word may have been pending while we were stopped
        server.say(question, doing);
      }
      continue;
    }
    patience = word.kind === Kind.wait ? LAST_ASK_MS : FIRST_ASK_MS;
    if ((await answer(word)) === true) return;
  }
}

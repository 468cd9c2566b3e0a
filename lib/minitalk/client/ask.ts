// A client's question, put again and again until it is answered: docs/protocol.md, section 5.
import type { Transmitter } from '../../signals/internal/primitives.js';
import { refused } from '../errors.js';
import type { Endpoint } from '../peer/endpoint.js';
import { Kind, NO_MESSAGE, type OfferKind, type Word } from '../wire/word.js';
import type { Mailbox } from './mailbox.js';
import type { ServerLink } from './server-link.js';

export const FIRST_ASK_MS = 20;
export const LAST_ASK_MS = 500;

/** What a client's conversations with its server need. */
export interface Connection {
  /** The server's. */
  readonly pid: number;
  readonly link: ServerLink;
  readonly mailbox: Mailbox;
  readonly endpoint: Endpoint;
  readonly transmitter: Transmitter;
  /** Whether to transmit on the server's CPU. */
  readonly place: boolean;
}

/**
 * Sends `question`, again and again while there is no reply, and hands each word to
 * `answer` until that returns true.
 * @throws MinitalkError when it is refused, ETIMEDOUT, ESRCH, ABORT_ERR
 */
export async function ask(
  { pid, link, mailbox }: Connection,
  question: Word & { kind: typeof Kind.open | OfferKind },
  doing: string,
  signal: AbortSignal,
  answer: (word: Word) => true | undefined | Promise<true | undefined>,
): Promise<void> {
  const message = question.kind === Kind.open ? NO_MESSAGE : question.message;
  let patience = FIRST_ASK_MS;
  link.say(question, doing);
  link.heard();
  for (;;) {
    const word = await mailbox.next(patience, signal);
    if (word === undefined) {
      link.checkSilence(doing);
      patience = Math.min(patience * 2, LAST_ASK_MS);
      link.say(question, doing);
      continue;
    }
    link.heard();
    if (word.kind === Kind.refused) {
      if (word.message === message) throw refused(pid, word.reason);
      // The server takes its leave, or repeats itself about an earlier message. How
      // this one ended it tells who asks.
      if (word.message === NO_MESSAGE) {
        link.look(); // the word may have been pending while we were stopped
        link.say(question, doing);
      }
      continue;
    }
    patience = word.kind === Kind.wait ? LAST_ASK_MS : FIRST_ASK_MS;
    if ((await answer(word)) === true) return;
  }
}

// The server's side of the protocol: sessions, and what becomes of each control
// word. docs/protocol.md, section 4.
import { setTimeout as sleep } from 'node:timers/promises';
import type { SignalInfo } from '../../signals/info.js';
import type { Gap } from '../../signals/watcher.js';
import { type Endpoint, type ServerPort, sendWord } from '../peer/endpoint.js';
import {
  Kind,
  modeOf,
  NO_ANSWER,
  NO_MESSAGE,
  type OfferKind,
  Reason,
  VERSION,
  type Word,
} from '../wire/word.js';
import { type Message, type PartialMessage, partialOf, wholeMessageOf } from './message.js';
import {
  type IncomingMessage,
  incomingMessage,
  isWhole,
  type Outcome,
  type Session,
  takeFrame,
  wholeMessage,
} from './session.js';
import { addressable, type OpenWord, Sessions } from './sessions.js';
import { createGranting, type Granting } from './turns.js';

export interface SessionTableOptions {
  readonly endpoint: Endpoint;
  readonly place: boolean;
  /** 0: no bursts. */
  readonly burstSignal: number;
  /** undefined: everybody. */
  readonly allowUids: readonly number[] | undefined;
  readonly maxMessage: number;
  readonly idleTimeout: number;
  /** Gives a message to the consumer; a throw or a rejection means that nobody has it. */
  readonly deliver: (message: Message) => Promise<void> | undefined;
  readonly partial: (partial: PartialMessage) => void;
  readonly stray: (info: SignalInfo) => void;
  readonly gap: (gap: Gap) => void;
}

const LEAVE_MS = 500;
const LEAVE_ASK_MS = 20;

type OfferWord = Word & { kind: OfferKind };
type CloseWord = Word & { kind: typeof Kind.close };

export class SessionTable {
  readonly port: ServerPort;
  readonly #options: SessionTableOptions;
  readonly #granting: Granting;
  readonly #sessions = new Sessions((session) => this.#end(session, 'died'));
  readonly #delivering = new Set<Promise<void>>();
  #isClosing = false;

  constructor(options: SessionTableOptions) {
    this.#options = options;
    const granting = createGranting({
      endpoint: options.endpoint,
      place: options.place,
      send: (session, word) => this.#send(session, word),
      takeFrame: (session, wire) => this.#takeFrame(session, wire),
      died: (session) => this.#end(session, 'died'),
      look: () => this.#dropIdle(),
    });
    this.#granting = granting;
    this.port = {
      takeData: granting.takeData,
      takeWord: (word, pid) => this.#takeWord(word, pid),
      takeStray: (info) => this.#takeStray(info),
      drained: granting.drained,
      takeGap: (lost, bySignal) => options.gap({ lost, bySignal }),
      grantedPid: () => granting.holder?.process.pid,
      schedule: granting.schedule,
    };
  }

  /** Takes nothing new: what is not verified is abandoned. */
  abandonUnfinished(): void {
    this.#isClosing = true;
    this.#granting.stop();
    for (const session of this.#sessions) {
      if (session.message?.state === 'delivering') continue;
      this.#abandon(session, 'closing', Reason.closing);
    }
  }

  /** Waits for the consumer, then until every client knows that this is the end. */
  async takeLeave(): Promise<void> {
    await Promise.allSettled(this.#delivering);
    // Who does not answer in time is stopped, or its loop is blocked: see linger.
    for (let ms = 0; ms < LEAVE_MS; ms += LEAVE_ASK_MS) {
      for (const session of this.#sessions) {
        if (session.process.hasExited()) this.#end(session, 'died');
        else this.#tellOutcome(session, { message: NO_MESSAGE, reason: Reason.closing });
      }
      if (this.#sessions.size === 0) return;
      await sleep(LEAVE_ASK_MS);
    }
  }

  /** Those that have not confirmed the end. */
  unconfirmed(): Session[] {
    return [...this.#sessions];
  }

  #send(session: Session, word: Word): void {
    // Pinned: a later process of the same pid gets nothing. What cannot be sent
    // counts as lost; the client asks again, or its end is noticed.
    if (session.process.hasExited()) return;
    sendWord(session.process.pid, session.thread, word);
  }

  #takeWord(word: Word, pid: number): void {
    if (word.kind === Kind.open) {
      this.#open(pid, word);
      return;
    }
    const session = this.#sessions.of(pid, word.session);
    if (session === undefined) {
      // It did not hear our CLOSED.
      if (word.kind === Kind.close && addressable(pid)) this.#confirmClose(pid, word);
      return;
    }
    session.lastHeard = performance.now();
    switch (word.kind) {
      case Kind.offer:
      case Kind.offerWords:
      case Kind.offerBurst:
        this.#offer(session, word);
        break;
      case Kind.restart:
        this.#granting.restart(session, word.grant);
        break;
      case Kind.close:
        this.#end(session, 'cancelled');
        if (!this.#sessions.has(session)) this.#confirmClose(pid, word);
        break;
    }
  }

  #open(pid: number, word: OpenWord): void {
    const known = this.#sessions.opened(pid, word);
    if (known !== undefined) {
      this.#welcome(known);
      return;
    }
    const status = addressable(pid);
    if (status === undefined) return;
    const refuse = (reason: number) =>
      sendWord(pid, word.thread, {
        kind: Kind.refused,
        session: word.session,
        message: NO_MESSAGE,
        reason,
      });
    if (word.version !== VERSION) refuse(Reason.version);
    else if (!this.#allows(status.realUid)) refuse(Reason.notAllowed);
    else if (this.#isClosing) refuse(Reason.closing);
    else this.#welcome(this.#sessions.open(pid, status.realUid, word));
  }

  #confirmClose(pid: number, { session, thread, attempt }: CloseWord): void {
    if (attempt === NO_ANSWER) return;
    sendWord(pid, thread, { kind: Kind.closed, session, attempt });
  }

  #allows(uid: number): boolean {
    const { allowUids } = this.#options;
    return allowUids === undefined || uid === process.getuid?.() || allowUids.includes(uid);
  }

  #welcome(session: Session | undefined): void {
    if (session === undefined) return;
    this.#send(session, {
      kind: Kind.welcome,
      session: session.nonce,
      version: VERSION,
      burstSignal: this.#options.burstSignal,
      newSession: session.id,
    });
  }

  #offer(session: Session, { kind, message: number, length }: OfferWord): void {
    if (session.message?.number === number) {
      if (session.message.state === 'withdrawn') this.#granting.enqueue(session);
      this.#tellState(session, session.message);
      return;
    }
    if (session.outcome?.message === number) {
      this.#tellOutcome(session, session.outcome);
      return;
    }
    if (session.message !== undefined) {
      if (session.message.state === 'delivering') {
        this.#send(session, { kind: Kind.wait, session: session.id, message: number });
        return;
      }
      this.#granting.remove(session);
      this.#options.partial(partialOf(session, session.message, 'cancelled'));
      session.message = undefined;
    }
    if (this.#isClosing) {
      this.#finish(session, { message: number, reason: Reason.closing });
    } else if (length > this.#options.maxMessage) {
      this.#finish(session, { message: number, reason: Reason.tooLarge });
    } else if (kind === Kind.offerBurst && this.#options.burstSignal === 0) {
      this.#finish(session, { message: number, reason: Reason.mode });
    } else {
      session.message = incomingMessage(number, length, modeOf(kind));
      this.#granting.enqueue(session);
      if (session.message?.state === 'queued') this.#tellState(session, session.message);
    }
  }

  #tellState(session: Session, message: IncomingMessage): void {
    if (message.state === 'granted') this.#granting.repeat(session);
    else this.#send(session, { kind: Kind.wait, session: session.id, message: message.number });
  }

  #tellOutcome(session: Session, outcome: Outcome): void {
    const { message, reason } = outcome;
    this.#send(
      session,
      reason === undefined
        ? { kind: Kind.delivered, session: session.id, message }
        : { kind: Kind.refused, session: session.id, message, reason },
    );
  }

  #finish(session: Session, outcome: Outcome): void {
    session.message = undefined;
    session.outcome = outcome;
    this.#tellOutcome(session, outcome);
  }

  #takeFrame(session: Session, wire: Buffer): void {
    const { message } = session;
    if (message === undefined) return;
    session.lastHeard = performance.now();
    takeFrame(session, message, wire); // a failed checksum leaves the frame awaited
    if (!isWhole(message)) {
      this.#granting.enqueue(session);
      return;
    }
    const data = wholeMessage(message);
    if (data === undefined) {
      this.#abandon(session, 'corrupt', Reason.abandoned);
      return;
    }
    message.state = 'delivering';
    const delivery = this.#deliver(session, message, data).finally(() => {
      this.#delivering.delete(delivery);
    });
    this.#delivering.add(delivery);
  }

  async #deliver(session: Session, incoming: IncomingMessage, data: Buffer): Promise<void> {
    const { number } = incoming;
    try {
      const work = this.#options.deliver(wholeMessageOf(session, incoming, data));
      if (work !== undefined) await work;
    } catch {
      this.#finish(session, { message: number, reason: Reason.failed });
      return;
    }
    this.#finish(session, { message: number });
  }

  #takeStray(info: SignalInfo): void {
    // Late data of a client whose grant was withdrawn are not a stranger's.
    if (info.code === 'SI_TKILL' || info.number === this.#options.burstSignal) {
      for (const session of this.#sessions) {
        if (session.process.pid === info.pid) return;
      }
    }
    this.#options.stray(info);
  }

  /** Gives up the session's unfinished message and tells the client. */
  #abandon(session: Session, why: PartialMessage['reason'], reason: number): void {
    const { message } = session;
    if (message === undefined) return;
    this.#granting.remove(session);
    this.#finish(session, { message: message.number, reason });
    this.#options.partial(partialOf(session, message, why));
  }

  /** Forgets a session whose client has gone. */
  #end(session: Session, why: 'died' | 'cancelled'): void {
    const { message } = session;
    if (message?.state === 'delivering') return; // swept when that is done
    session.message = undefined;
    this.#granting.remove(session);
    this.#sessions.forget(session);
    if (message !== undefined) this.#options.partial(partialOf(session, message, why));
  }

  /** Gives up silent clients; true while there are unfinished messages. */
  #dropIdle(): boolean {
    const limit = this.#options.idleTimeout;
    const now = performance.now();
    let unfinished = false;
    for (const session of this.#sessions) {
      const { message } = session;
      if (message === undefined || message.state === 'delivering') continue;
      if (session.process.hasExited()) this.#end(session, 'died');
      else if (now - session.lastHeard > limit) this.#abandon(session, 'idle', Reason.abandoned);
      else unfinished = true;
    }
    return unfinished;
  }
}

// The server's side of the protocol: sessions, and what becomes of each control
// word. docs/protocol.md, section 4.
import { setTimeout as sleep } from 'node:timers/promises';
import type { SignalInfo } from '../signals/info.js';
import { catchesUserSignals, type ProcessStatus, readStatus } from '../signals/proc.js';
import { openProcess } from '../signals/process-handle.js';
import type { Gap } from '../signals/watcher.js';
import { type Endpoint, type ServerPort, sendWord } from './endpoint.js';
import { createGranting, type Granting } from './granting.js';
import { type Message, type PartialMessage, partialOf, wholeMessageOf } from './message.js';
import { randomSession } from './random.js';
import {
  type IncomingMessage,
  incomingMessage,
  isWhole,
  type Outcome,
  type Session,
  takeFrame,
  wholeMessage,
} from './session.js';
import { Kind, modeOf, NO_MESSAGE, type OfferKind, Reason, VERSION, type Word } from './word.js';

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
const FIRST_SWEEP = 16;

type OpenWord = Word & { kind: typeof Kind.open };
type OfferWord = Word & { kind: OfferKind };
type CloseWord = Word & { kind: typeof Kind.close };

export class SessionTable {
  readonly port: ServerPort;
  readonly #options: SessionTableOptions;
  readonly #granting: Granting;
  readonly #sessions = new Map<number, Session>();
  readonly #delivering = new Set<Promise<void>>();
  #isClosing = false;
  #sweepAt = FIRST_SWEEP;

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
    for (const session of this.#sessions.values()) {
      if (session.message?.state === 'delivering') continue;
      this.#abandon(session, 'closing', Reason.closing);
    }
  }

  /** Waits for the consumer, then until every client knows that this is the end. */
  async takeLeave(): Promise<void> {
    await Promise.allSettled(this.#delivering);
    // Who does not answer in time is stopped, or its loop is blocked: see linger.
    for (let ms = 0; ms < LEAVE_MS; ms += LEAVE_ASK_MS) {
      for (const session of this.#sessions.values()) {
        if (session.process.hasExited()) this.#end(session, 'died');
        else this.#tellOutcome(session, { message: NO_MESSAGE, reason: Reason.closing });
      }
      if (this.#sessions.size === 0) return;
      await sleep(LEAVE_ASK_MS);
    }
  }

  /** Those that have not confirmed the end. */
  unconfirmed(): Session[] {
    return [...this.#sessions.values()];
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
    const session = this.#sessions.get(word.session);
    if (session === undefined || session.process.pid !== pid) {
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
        if (!this.#sessions.has(session.id)) this.#confirmClose(pid, word);
        break;
    }
  }

  #open(pid: number, word: OpenWord): void {
    for (const session of this.#sessions.values()) {
      if (
        session.process.pid === pid &&
        session.thread === word.thread &&
        session.nonce === word.session
      ) {
        this.#welcome(session);
        return;
      }
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
    else this.#welcome(this.#newSession(pid, status.realUid, word));
  }

  #confirmClose(pid: number, { session, thread }: CloseWord): void {
    sendWord(pid, thread, { kind: Kind.closed, session });
  }

  #allows(uid: number): boolean {
    const { allowUids } = this.#options;
    return allowUids === undefined || uid === process.getuid?.() || allowUids.includes(uid);
  }

  #newSession(pid: number, uid: number, word: OpenWord): Session | undefined {
    this.#sweep();
    let id: number;
    do id = randomSession();
    while (this.#sessions.has(id));
    try {
      const session: Session = {
        id,
        nonce: word.session,
        thread: word.thread,
        uid,
        process: openProcess(pid),
        message: undefined,
        outcome: undefined,
        lastGrant: -1,
        lastHeard: performance.now(),
      };
      this.#sessions.set(id, session);
      return session;
    } catch {
      return undefined; // it has just ended
    }
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
      for (const session of this.#sessions.values()) {
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
    this.#sessions.delete(session.id);
    session.message = undefined;
    this.#granting.remove(session);
    session.process.close();
    if (message !== undefined) this.#options.partial(partialOf(session, message, why));
  }

  /** Gives up silent clients; true while there are unfinished messages. */
  #dropIdle(): boolean {
    const limit = this.#options.idleTimeout;
    const now = performance.now();
    let unfinished = false;
    for (const session of this.#sessions.values()) {
      const { message } = session;
      if (message === undefined || message.state === 'delivering') continue;
      if (session.process.hasExited()) this.#end(session, 'died');
      else if (now - session.lastHeard > limit) this.#abandon(session, 'idle', Reason.abandoned);
      else unfinished = true;
    }
    return unfinished;
  }

  /** Forgets clients that ended without a CLOSE. Costs nothing while there are few. */
  #sweep(): void {
    if (this.#sessions.size < this.#sweepAt) return;
    for (const session of this.#sessions.values()) {
      if (session.process.hasExited()) this.#end(session, 'died');
    }
    this.#sweepAt = Math.max(FIRST_SWEEP, 2 * this.#sessions.size);
  }
}

/** A pid in a word is a claim: whoever it is, a signal must not hurt it. */
function addressable(pid: number): ProcessStatus | undefined {
  const status = pid > 1 && pid !== process.pid ? readStatus(pid) : undefined;
  const may = status !== undefined && status.threadGroup === pid && catchesUserSignals(status);
  return may ? status : undefined;
}

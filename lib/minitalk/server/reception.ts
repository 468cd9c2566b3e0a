// What becomes of each control word, and of each message: docs/protocol.md, section 4.
import type { NativeServer } from '../../binding/minitalk.js';
import type { SignalInfo } from '../../signals/info.js';
import type { Gap } from '../../signals/watcher.js';
import { sayFarewell } from '../endings/farewell.js';
import type { MinitalkError } from '../errors.js';
import type { Endpoint, ServerPort } from '../peer/endpoint.js';
import { isGone, tell } from '../peer/pinned.js';
import { fullQueue, queueFullError } from '../peer/signal-queue.js';
import { Kind, modeOf, type OfferKind, Reason, VERSION, type Word } from '../wire/word.js';
import { type Budget, createBudget } from './budget.js';
import { createDeliveries, type Deliveries } from './deliveries.js';
import { createGranting, type Granting } from './granting.js';
import { IncomingMessage } from './incoming.js';
import type { LanePool } from './lanes.js';
import { type Message, type PartialMessage, partialOf, wholeMessageOf } from './message.js';
import { presence } from './presence.js';
import { type Outcome, type Session, tellOutcome, tellWait } from './session.js';
import { type OpenWord, Sessions } from './sessions.js';

export interface ReceptionOptions {
  readonly endpoint: Endpoint;
  readonly native: NativeServer;
  readonly place: boolean;
  readonly lanes: LanePool;
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
  readonly warning: (warning: MinitalkError) => void;
  readonly gap: (gap: Gap) => void;
}

/** How long one look at the full queue explains what comes without sender. */
const QUEUE_FULL_MS = 1000;

type OfferWord = Word & { kind: OfferKind };

export class Reception {
  readonly port: ServerPort;
  readonly #options: ReceptionOptions;
  readonly #granting: Granting;
  readonly #sessions: Sessions;
  readonly #deliveries: Deliveries;
  readonly #budget: Budget;
  #isClosing = false;
  /** performance.now() until which a signal without sender is put down to the full queue. */
  #queueFullUntil = 0;
  #hasWarned = false;

  constructor(options: ReceptionOptions) {
    this.#options = options;
    this.#deliveries = createDeliveries(options.deliver);
    this.#budget = createBudget(options.maxMessage);
    const died = (session: Session) => this.#end(session, 'died');
    const { allowUids, warning } = options;
    this.#sessions = new Sessions({ allowUids, died, warning });
    const granting = createGranting({
      endpoint: options.endpoint,
      native: options.native,
      place: options.place,
      lanes: options.lanes,
      budget: this.#budget,
      complete: (session, message) => this.#complete(session, message),
      died,
      look: () => this.#dropIdle(),
    });
    this.#granting = granting;
    this.port = {
      takeData: granting.takeData,
      takeWord: (word, pid) => this.#takeWord(word, pid),
      takeStray: (info) => this.#takeStray(info),
      drained: granting.drained,
      takeGap: (lost, bySignal) => options.gap({ lost, bySignal }),
      granted: granting.granted,
      schedule: granting.schedule,
    };
  }

  /** Takes nothing new: what is not verified is abandoned. */
  abandonUnfinished(): void {
    this.#isClosing = true;
    this.#sessions.shut();
    this.#granting.stop();
    for (const session of this.#sessions) {
      if (session.message?.state === 'delivering') continue;
      this.#abandon(session, 'closing', Reason.closing);
    }
  }

  /** Waits for the consumer, then, for a while, until every client knows that this is the end. */
  async takeLeave(): Promise<void> {
    await this.#deliveries.settled();
    await sayFarewell(this.#sessions, (session) => this.#end(session, 'died'));
  }

  /** Nobody is answered any more. Returns those that have not confirmed the end. */
  end(): Session[] {
    this.#sessions.close();
    return [...this.#sessions];
  }

  #takeWord(word: Word, pid: number): void {
    if (performance.now() > this.#queueFullUntil) this.#hasWarned = false;
    if (word.kind === Kind.open) {
      this.#open(pid, word);
      return;
    }
    const session = this.#sessions.of(pid, word.session);
    if (session === undefined) {
      // It did not hear our CLOSED.
      if (word.kind === Kind.close) this.#sessions.confirmClose(pid, word);
      return;
    }
    session.lastHeard = presence.now;
    session.unusedSince = undefined;
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
        if (!this.#sessions.has(session)) this.#sessions.confirmClose(pid, word);
        break;
    }
  }

  #open(pid: number, word: OpenWord): void {
    const session = this.#sessions.admit(pid, word);
    if (session === undefined) return;
    tell(session, {
      kind: Kind.welcome,
      session: word.session,
      version: VERSION,
      burstSignal: this.#options.burstSignal,
      newSession: session.id,
    });
  }

  #offer(session: Session, { kind, message: number, length }: OfferWord): void {
    if (session.message?.number === number) {
      if (session.message.state === 'withdrawn') this.#granting.enqueue(session);
      // Its turn may have shown that its process has ended.
      if (session.message !== undefined) this.#tellState(session, session.message);
      return;
    }
    if (session.outcome?.message === number) {
      tellOutcome(session, session.outcome);
      return;
    }
    if (session.message !== undefined) {
      if (session.message.state === 'delivering') {
        tellWait(session, number);
        return;
      }
      this.#granting.remove(session);
      this.#options.partial(partialOf(session, session.message, 'cancelled'));
      this.#drop(session);
    }
    if (this.#isClosing) {
      this.#finish(session, { message: number, reason: Reason.closing });
    } else if (length > this.#options.maxMessage) {
      this.#finish(session, { message: number, reason: Reason.tooLarge });
    } else if (kind === Kind.offerBurst && this.#options.burstSignal === 0) {
      this.#finish(session, { message: number, reason: Reason.mode });
    } else {
      session.message = new IncomingMessage(number, length, modeOf(kind));
      this.#granting.enqueue(session);
      if (session.message?.state === 'queued') this.#tellState(session, session.message);
    }
  }

  #tellState(session: Session, message: IncomingMessage): void {
    if (message.state === 'granted') this.#granting.repeat(session);
    else tellWait(session, message.number);
  }

  /** Its message's bytes make room for others': to be followed by a schedule. */
  #drop(session: Session): void {
    const { message } = session;
    if (message === undefined) return;
    session.message = undefined;
    this.#budget.drop(message);
  }

  #finish(session: Session, outcome: Outcome): void {
    this.#drop(session);
    session.outcome = outcome;
    tellOutcome(session, outcome);
    // Only now: the next frame's signals would come before the outcome.
    this.#granting.schedule();
  }

  #complete(session: Session, message: IncomingMessage): void {
    const data = message.data();
    if (data === undefined) {
      this.#abandon(session, 'corrupt', Reason.abandoned);
      return;
    }
    message.deliver();
    const { number } = message;
    this.#deliveries.begin(wholeMessageOf(session, message, data), (isTaken) =>
      this.#finish(
        session,
        isTaken ? { message: number } : { message: number, reason: Reason.failed },
      ),
    );
  }

  /** A signal without its sender: whose it was and what it said is lost where the queue is full. */
  #isLostInFullQueue({ code, pid }: SignalInfo): boolean {
    if (code !== 'SI_USER' || pid !== 0) return false;
    // It may have room again by the time we look.
    if (performance.now() < this.#queueFullUntil) return true;
    const queue = fullQueue(process.pid);
    if (queue === undefined) return false;
    this.#queueFullUntil = performance.now() + QUEUE_FULL_MS;
    if (!this.#hasWarned) this.#options.warning(queueFullError(queue));
    this.#hasWarned = true;
    return true;
  }

  #takeStray(info: SignalInfo): void {
    if (this.#isLostInFullQueue(info)) return;
    if (!this.#isData(info) || !this.#sessions.mayBeLate(info.pid)) this.#options.stray(info);
  }

  /**
   * Whether it can be data of a client whose grant is over: those that went by lanes, or on the
   * burst signal, are handled after the words that it said behind them.
   */
  #isData({ code, signal, number }: SignalInfo): boolean {
    return (
      code === 'SI_TKILL' ||
      number === this.#options.burstSignal ||
      (code === 'SI_QUEUE' && signal === 'SIGUSR1')
    );
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
    this.#granting.remove(session);
    this.#drop(session);
    this.#sessions.forget(session);
    this.#granting.schedule();
    if (message !== undefined) this.#options.partial(partialOf(session, message, why));
  }

  /** Gives up silent clients; true while there are unfinished messages. */
  #dropIdle(): boolean {
    const limit = this.#options.idleTimeout;
    let unfinished = false;
    for (const session of this.#sessions) {
      const { message } = session;
      if (message === undefined || message.state === 'delivering') continue;
      if (isGone(session)) this.#end(session, 'died');
      else if (presence.hasPassed(session.lastHeard, limit))
        this.#abandon(session, 'idle', Reason.abandoned);
      else unfinished = true;
    }
    return unfinished;
  }
}

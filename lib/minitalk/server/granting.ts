// Who may send now: one frame at a time, round robin.
import type { NativeServer } from '../../binding/minitalk.js';
import type { Endpoint, Granted, ServerPort } from '../peer/endpoint.js';
import { isGone } from '../peer/pinned.js';
import type { Budget } from './budget.js';
import { tellFrame } from './frames.js';
import { createGrants, type Grant } from './grant.js';
import { createHolderWatch } from './holder-watch.js';
import type { IncomingMessage } from './incoming.js';
import type { LanePool } from './lanes.js';
import { presence } from './presence.js';
import { type Session, tellNext, tellWait } from './session.js';
import { createTurns } from './turns.js';

/** While its turn is younger than this a session goes on with its next frame. */
const QUANTUM_MS = 25;
/** So much after a grant the next one is told: woken at once, it would keep the holder from its CPU. */
const NEXT_MS = 1;

export interface GrantingOptions {
  readonly endpoint: Endpoint;
  readonly native: NativeServer;
  /** Share a CPU with the holder, where that pays. */
  readonly place: boolean;
  readonly lanes: LanePool;
  /** A message waits for its first turn until there is room for it. */
  readonly budget: Budget;
  /** All frames of its message are there, verified. The session has no grant any more. */
  readonly complete: (session: Session, message: IncomingMessage) => void;
  /** Its client has ended; it has no grant any more. */
  readonly died: (session: Session) => void;
  /** At each look at the holder; true while there is more to look at. */
  readonly look: () => boolean;
}

export interface Granting {
  /** Puts a session with an unfinished message at the end of the queue. */
  enqueue(session: Session): void;
  /** Takes the session out of the queue and its grant away. */
  remove(session: Session): void;
  /** Grants the same frame anew, from its beginning, after those who wait. */
  restart(session: Session, grant: number): void;
  /** Tells the holder its grant again. */
  repeat(session: Session): void;
  granted(): Granted | undefined;
  takeData: ServerPort['takeData'];
  /** To be called after each batch: completes a frame whose data are all there. */
  drained(): void;
  /** Grants the next frame if nobody has the grant. */
  schedule(): void;
  stop(): void;
}

export function createGranting(options: GrantingOptions): Granting {
  const { endpoint, lanes, complete, died } = options;
  const turns = createTurns<Session>();
  const give = createGrants(options.native);
  const watch = createHolderWatch(options.place, look);
  let present: Grant | undefined;
  let announcing: NodeJS.Timeout | undefined;
  /** Whose it is, and since when, monotonic ms. */
  let turn: { readonly session: Session; readonly since: number } | undefined;

  function schedule(): void {
    // Half-duplex: our own client's ACKs and another's bits would take each
    // other's slots. The client calls here when its frame has ended.
    while (present === undefined && endpoint.transmitting === 0) {
      const session = turns.next(hasRoom);
      if (session === undefined) break;
      if (isGone(session)) died(session);
      else if (session.message !== undefined) {
        const { message } = session;
        const count = lanes.count(session, message);
        const way = { mode: message.mode, byLanes: count > 0 };
        const shares = watch.begin(way, message.part?.count ?? 0);
        present = give(session, message, { lanes: count, shares });
        if (session !== turn?.session) turn = { session, since: performance.now() };
        announceNext();
      }
    }
    if (present !== undefined || turns.waiting > 0) watch.start();
  }

  /** So that it is awake, with its frame made, when the present one is over. */
  function announceNext(): void {
    announcing ??= setTimeout(() => {
      announcing = undefined;
      const next = turns.peek(hasRoom);
      if (next?.message !== undefined) tellNext(next, next.message.number);
    }, NEXT_MS).unref();
  }

  /** Where frames are short it may send several. */
  function hasTurn(session: Session): boolean {
    return turn?.session === session && performance.now() - turn.since < QUANTUM_MS;
  }

  function hasRoom({ message }: Session): boolean {
    return message === undefined || options.budget.admit(message);
  }

  function end(grant: Grant): void {
    present = undefined;
    finish(grant);
  }

  function finish(grant: Grant): number {
    const count = grant.end();
    watch.end(count);
    if (grant.lanes > 0) lanes.rest();
    return count;
  }

  /** Its turn is over: others come first, and then it goes on where it was. */
  function withdraw(grant: Grant): void {
    const { session, message, intake, first } = grant;
    const count = finish(grant);
    // What was counted was acknowledged, so it has to be put together, too.
    endpoint.channel.flush();
    if (present !== grant) return; // that was all of its frame, or its end
    present = undefined;
    message.keep(intake.part(count));
    if (count > first) {
      message.queue();
      turns.add(session);
      tellWait(session, message.number); // it need not find out by a time-out
    } else {
      // A stopped client would keep the others waiting again at each of its turns.
      // It offers again when it goes on.
      message.withdraw();
    }
    schedule();
  }

  function look(): boolean {
    if (present === undefined) schedule();
    else lookAt(present);
    return options.look() || present !== undefined || turns.waiting > 0;
  }

  function lookAt(grant: Grant): void {
    const verdict = watch.judge(grant);
    if (verdict === 'dead') {
      end(grant);
      died(grant.session);
      schedule();
    } else if (verdict === 'over' && turns.waiting > 0) {
      withdraw(grant);
    } else if (grant.count() < 0) {
      grant.announce();
    }
  }

  function goOn(session: Session, message: IncomingMessage): void {
    message.queue();
    turns.addFirst(session);
  }

  function enqueue(session: Session): void {
    if (turn?.session === session) turn = undefined;
    session.message?.queue();
    turns.add(session);
    schedule();
  }

  return {
    enqueue,
    schedule,
    granted: () => present && { pid: present.session.process.pid, count: present.count() },
    remove(session) {
      turns.drop(session);
      if (session !== present?.session) return;
      end(present);
      schedule();
    },
    restart(session, number) {
      if (session !== present?.session || number !== present.number) return;
      const { message } = present;
      end(present);
      message.keep(undefined);
      enqueue(session);
    },
    repeat(session) {
      if (session === present?.session) present.announce();
    },
    takeData(number, batch, i) {
      // A record of an earlier grant may still have been in the ring.
      if (number === present?.number) present.intake.take(batch, i);
    },
    drained() {
      const wire = present?.intake.whole();
      if (present === undefined || wire === undefined) return;
      const { session, message } = present;
      end(present);
      session.lastHeard = presence.now;
      const { frame } = message;
      const isRight = message.takeFrame(session.id, wire);
      if (isRight) {
        const { pid } = session.process;
        tellFrame({ pid, session: session.id, message: message.number, frame });
      }
      if (message.isWhole) complete(session, message);
      else if (isRight && hasTurn(session)) goOn(session, message);
      else enqueue(session);
      schedule();
    },
    stop() {
      watch.stop();
      clearTimeout(announcing);
      turns.clear();
      if (present !== undefined) end(present);
      lanes.end();
    },
  };
}

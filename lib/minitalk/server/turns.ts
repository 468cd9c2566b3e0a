// Who may send now: one frame at a time, round robin. The handler counts and
// acknowledges bits of the present grant; this decides whose it is.
import { DataMode } from '../../signals/internal/primitives.js';
import type { RecordBatch } from '../../signals/internal/record.js';
import type { Endpoint } from '../peer/endpoint.js';
import { Kind, NO_CPU, type Word } from '../wire/word.js';
import { bitAssembler } from './intake/bit-assembler.js';
import { createPlacement, TRIAL_MS } from './placement.js';
import { awaitedWireBytes, type IncomingMessage, maxWireBytes, type Session } from './session.js';

const LOOK_MS = 20;
/** How long a holder may keep others waiting without progress, and without a start. */
const WITHDRAW_MS = 1000;
const UNSTARTED_MS = 200;

function cpuOf(held: number): number {
  return held >= 0 && held < NO_CPU ? held : NO_CPU;
}

function nextNumber(number: number): number {
  return (number + 1) & 0xfff;
}

export interface GrantingOptions {
  readonly endpoint: Endpoint;
  /** Share a CPU with the holder, where that pays. */
  readonly place: boolean;
  /** Sends a word to the session's client. */
  readonly send: (session: Session, word: Word) => void;
  /** A frame's data are all there. The session has no grant any more. */
  readonly takeFrame: (session: Session, wire: Buffer) => void;
  /** The holder's process has ended. */
  readonly died: (session: Session) => void;
  /** Every LOOK_MS, while it returns true or anybody has the grant or waits for it. */
  readonly look: () => boolean;
}

export interface Granting {
  /** Puts a session with an unfinished message at the end of the queue. */
  enqueue(session: Session): void;
  /** Takes the session out of the queue and its grant away. */
  remove(session: Session): void;
  /** Grants the same frame anew. */
  restart(session: Session, grant: number): void;
  /** Tells the holder its grant again. */
  repeat(session: Session): void;
  readonly holder: Session | undefined;
  /** The batch's i-th record: a data bit, or the last data word of a frame. */
  takeData(grant: number, bit: 0 | 1, batch: RecordBatch, i: number): void;
  /** To be called after each batch: completes a frame whose data are all there. */
  drained(): void;
  /** Grants the next frame if nobody has the grant. */
  schedule(): void;
  stop(): void;
}

export function createGranting(options: GrantingOptions): Granting {
  const { endpoint, place, send, takeFrame, died, look } = options;
  const { native } = endpoint.channel;
  const assembler = bitAssembler(maxWireBytes('bit'));
  const placement = place ? createPlacement() : undefined;
  const queue: Session[] = [];
  let holder: Session | undefined;
  let number = 0;
  let shares = false;
  let cpu = NO_CPU;
  let hasLastWord = false;
  let lastCount = -1;
  let lastProgress = 0;
  let timer: NodeJS.Timeout | undefined;

  function schedule(): void {
    // Half-duplex: our own client's ACKs and another's bits would take each
    // other's slots. The client calls here when its frame has ended.
    while (holder === undefined && queue.length > 0 && endpoint.transmitting === 0) {
      const session = queue.shift() as Session;
      if (session.process.hasExited()) died(session);
      else grant(session);
    }
    if (holder !== undefined || queue.length > 0) startLooking();
  }

  function grant(session: Session): void {
    const { message } = session;
    if (message === undefined) return;
    message.state = 'granted';
    holder = session;
    number = nextNumber(number);
    // A stopped client may still have an ACK of its last grant pending: to that
    // client the number must not come again.
    if (number === session.lastGrant) number = nextNumber(number);
    session.lastGrant = number;
    const bytes = awaitedWireBytes(message);
    if (message.mode === 'bit') assembler.begin(bytes);
    else message.firstBit ??= process.hrtime.bigint();
    hasLastWord = false;
    lastCount = -1;
    lastProgress = performance.now();
    shares = placement?.begin(message.mode, lastProgress) ?? false;
    cpu = cpuOf(
      native.grant(
        number,
        session.id,
        session.process.pid,
        session.thread,
        session.process.pidfd,
        bytes * 8,
        DataMode[message.mode],
        shares,
      ),
    );
    repeat(session);
  }

  function repeat(session: Session): void {
    const { message } = session;
    if (session !== holder || message === undefined) return;
    send(session, {
      kind: Kind.grant,
      session: session.id,
      message: message.number,
      grant: number,
      cpu,
      frame: message.frame & 0xff,
    });
  }

  function wholeBits(): Buffer | undefined {
    return assembler.isWhole() ? Buffer.from(assembler.frame()) : undefined;
  }

  function wholeWords(message: IncomingMessage): Buffer | undefined {
    if (!hasLastWord) return undefined;
    const wire = Buffer.allocUnsafe(awaitedWireBytes(message));
    native.copyFrame(wire);
    return wire;
  }

  /** Shares a CPU with the holder from now on, or ceases to. */
  function moveTogether(session: Session, wish: boolean): void {
    if (wish === shares) return;
    shares = wish;
    cpu = cpuOf(native.place(wish));
    repeat(session);
  }

  function clear(): Session | undefined {
    const session = holder;
    holder = undefined;
    placement?.end(native.grantCount(), performance.now());
    native.clearGrant();
    return session;
  }

  function startLooking(): void {
    timer ??= setTimeout(
      () => {
        timer = undefined;
        lookAtHolder();
        if (look() || holder !== undefined || queue.length > 0) startLooking();
      },
      placement?.isTrying ? TRIAL_MS : LOOK_MS,
    ).unref();
  }

  function lookAtHolder(): void {
    if (holder === undefined) {
      schedule();
      return;
    }
    const count = native.grantCount();
    const now = performance.now();
    if (count !== lastCount) {
      lastCount = count;
      lastProgress = now;
      holder.lastHeard = now;
      if (placement !== undefined) moveTogether(holder, placement.look(count, now));
      return;
    }
    const patience = count < 0 ? UNSTARTED_MS : WITHDRAW_MS;
    if (holder.process.hasExited()) {
      died(clear() as Session);
      schedule();
    } else if (now - lastProgress >= patience && queue.length > 0) {
      // Not back into the queue: a stopped client would keep the others waiting
      // again at each of its turns. It offers again when it goes on.
      const { message } = clear() as Session;
      if (message !== undefined) message.state = 'withdrawn';
      schedule();
    } else if (count < 0) {
      repeat(holder);
    }
  }

  function enqueue(session: Session): void {
    if (session.message !== undefined) session.message.state = 'queued';
    queue.push(session);
    schedule();
  }

  return {
    enqueue,
    repeat,
    schedule,
    get holder() {
      return holder;
    },
    remove(session) {
      const index = queue.indexOf(session);
      if (index >= 0) queue.splice(index, 1);
      if (session !== holder) return;
      clear();
      schedule();
    },
    restart(session, grantNumber) {
      if (session !== holder || grantNumber !== number) return;
      clear();
      queue.unshift(session);
      schedule();
    },
    takeData(grantNumber, bit, batch, i) {
      // A record of an earlier grant may still have been in the ring.
      const message = holder?.message;
      if (grantNumber !== number || message === undefined) return;
      if (message.mode !== 'bit') {
        hasLastWord = true;
        message.lastBit = batch.time(i);
        return;
      }
      if (message.firstBit === undefined) {
        message.firstBit = batch.time(i);
        message.uid = batch.uid(i);
      }
      assembler.push(bit);
      if (assembler.isWhole()) message.lastBit = batch.time(i);
    },
    drained() {
      const message = holder?.message;
      if (message === undefined) return;
      const wire = message.mode === 'bit' ? wholeBits() : wholeWords(message);
      if (wire === undefined) return;
      const session = clear() as Session;
      takeFrame(session, wire);
      schedule();
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
      queue.length = 0;
      if (holder !== undefined) clear();
    },
  };
}

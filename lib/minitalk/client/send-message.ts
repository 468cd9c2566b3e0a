// One message, from OFFER to DELIVERED: docs/protocol.md, section 4.
import { abortError } from '../../signals/errors.js';
import { MinitalkError } from '../errors.js';
import { clientTurn } from '../peer/half-duplex.js';
import { FRAME_BYTES, frameCount, type OutgoingMessage } from '../wire/frame.js';
import { decodePlace } from '../wire/place.js';
import { Kind, offerKind, type Word } from '../wire/word.js';
import { ask } from './ask.js';
import type { SendOptions } from './client-options.js';
import type { DataPlan } from './data-plan.js';
import type { Session } from './session.js';
import { transmitInSlices } from './transmission.js';

const DOING = 'sending';

type GrantWord = Word & { kind: typeof Kind.grant };

export interface Sending {
  /** The message's in its session, 1 to 255. */
  readonly number: number;
  readonly message: OutgoingMessage;
  readonly plan: DataPlan;
  /** Whether to transmit on the server's CPU. */
  readonly place: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: SendOptions['onProgress'];
}

/** Resolves when the server has told that it is delivered. */
export async function sendMessage(session: Session, sending: Sending): Promise<void> {
  const { number, message, signal, onProgress } = sending;
  const { length, mode } = message;
  const offer = { kind: offerKind[mode], session: session.id, message: number, length };
  let frame = 0;
  let finished = -1; // the grant whose frame is done
  const frames = createFrames(session, sending);
  onProgress?.({ sent: 0, total: length });
  await ask(session, offer, DOING, signal, async (word) => {
    if (!('message' in word) || word.message !== number) return undefined;
    if (word.kind === Kind.delivered) return true;
    if (word.kind === Kind.wait && word.isNext) frames.prepare(finished < 0 ? frame : frame + 1);
    if (word.kind !== Kind.grant || word.grant === finished) return undefined;
    if (word.frame !== (frame & 0xff)) frame += 1;
    if (word.frame !== (frame & 0xff) || frame >= frameCount(length, mode)) {
      throw new MinitalkError(
        'EPROTO',
        `server ${session.server.pid} granted frame ${word.frame} out of turn`,
      );
    }
    if (await sendFrame(session, sending, word, frame, frames.take(frame), offer))
      finished = word.grant;
    return undefined;
  });
}

/** A message's frames as they are sent; one of them made before its turn. */
function createFrames({ id }: Session, { number, message }: Sending) {
  let ready: { readonly frame: number; readonly wire: Buffer } | undefined;
  const make = (frame: number) => message.wireFrame({ session: id, message: number, frame });
  return {
    prepare(frame: number): void {
      if (ready?.frame === frame || frame >= frameCount(message.length, message.mode)) return;
      ready = { frame, wire: make(frame) };
    },
    take: (frame: number) => (ready?.frame === frame ? ready.wire : make(frame)),
  };
}

/** False when the grant ended before the frame. */
function sendFrame(
  session: Session,
  { message, plan, place, signal, onProgress }: Sending,
  granted: GrantWord,
  frame: number,
  wire: Buffer,
  offer: Word,
): Promise<boolean> {
  const { id, server, mailbox, endpoint, transmitter } = session;
  const { grant } = granted;
  let granting = decodePlace(granted.place);
  const lanes = granting.lanes > 0 ? session.lanes(granting.lanes) : undefined;
  const signals = message.mode === 'bit' ? 8 * wire.length : wire.length / plan.payload;
  const ownCpu = lanes !== undefined && place ? session.lanesCpu(signals, lanes.length) : -1;
  const base = frame * FRAME_BYTES[message.mode];
  return transmitInSlices({
    transmitter,
    session: id,
    grant,
    wire,
    plan,
    lanes: lanes ?? [],
    ownCpu,
    cpu: () => {
      if (!place) return -1;
      if (lanes === undefined) return granting.cpu;
      return granting.together ? ownCpu : -1;
    },
    turn: clientTurn(endpoint, server.pid),
    server,
    progress: (taken) =>
      onProgress?.({ sent: Math.min(base + taken, message.length), total: message.length }),
    offerAgain: () => server.say(offer, DOING),
    restart: () => server.say({ kind: Kind.restart, session: id, grant }, DOING),
    listened: (planned) => server.listened(planned, DOING),
    isOver: () => {
      if (signal.aborted) throw abortError(signal);
      return mailbox.skip((word) => {
        if (word.kind !== Kind.grant || word.grant !== grant) return false;
        granting = decodePlace(word.place); // repeated, or moved
        return true;
      });
    },
  });
}

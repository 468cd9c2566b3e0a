// One message, from OFFER to DELIVERED: docs/protocol.md, section 4.
import { abortError } from '../../signals/errors.js';
import { MinitalkError } from '../errors.js';
import { clientTurn } from '../peer/half-duplex.js';
import { FRAME_BYTES, frameCount, type OutgoingMessage } from '../wire/frame.js';
import { Kind, NO_CPU, offerKind, type Word } from '../wire/word.js';
import { ask, type Connection } from './ask.js';
import type { SendOptions } from './client-options.js';
import type { DataPlan } from './data-plan.js';
import { transmitFrame } from './transmission.js';

const DOING = 'sending';

type GrantWord = Word & { kind: typeof Kind.grant };

export interface Sending {
  readonly session: number;
  /** The message's in its session, 1 to 255. */
  readonly number: number;
  readonly message: OutgoingMessage;
  readonly plan: DataPlan;
  readonly signal: AbortSignal;
  readonly onProgress: SendOptions['onProgress'];
}

/** Resolves when the server has told that it is delivered. */
export async function sendMessage(connection: Connection, sending: Sending): Promise<void> {
  const { session, number, message, signal, onProgress } = sending;
  const { length, mode } = message;
  const offer = { kind: offerKind[mode], session, message: number, length };
  let frame = 0;
  let finished = -1; // the grant whose frame is done
  onProgress?.({ sent: 0, total: length });
  await ask(connection, offer, DOING, signal, async (word) => {
    if (!('message' in word) || word.message !== number) return undefined;
    if (word.kind === Kind.delivered) return true;
    if (word.kind !== Kind.grant || word.grant === finished) return undefined;
    if (word.frame !== (frame & 0xff)) frame += 1;
    if (word.frame !== (frame & 0xff) || frame >= frameCount(length, mode)) {
      throw new MinitalkError(
        'EPROTO',
        `server ${connection.pid} granted frame ${word.frame} out of turn`,
      );
    }
    if (await transmit(connection, sending, word, frame, offer)) finished = word.grant;
    return undefined;
  });
}

/** Sends one frame; false when the grant ended before the frame. */
function transmit(
  { pid, link, mailbox, endpoint, transmitter, place }: Connection,
  { session, number, message, plan, signal, onProgress }: Sending,
  granted: GrantWord,
  frame: number,
  offer: Word,
): Promise<boolean> {
  const { grant } = granted;
  let { cpu } = granted;
  const base = frame * FRAME_BYTES[message.mode];
  return transmitFrame({
    transmitter,
    session,
    grant,
    wire: message.wireFrame({ session, message: number, frame }),
    plan,
    cpu: () => (!place || cpu === NO_CPU ? -1 : cpu),
    turn: clientTurn(endpoint, pid),
    link,
    progress: (taken) =>
      onProgress?.({ sent: Math.min(base + taken, message.length), total: message.length }),
    offerAgain: () => link.say(offer, DOING),
    restart: () => link.say({ kind: Kind.restart, session, grant }, DOING),
    isOver: () => {
      if (signal.aborted) throw abortError(signal);
      link.checkSilence(DOING);
      return mailbox.skip((word) => {
        if (word.kind !== Kind.grant || word.grant !== grant) return false;
        cpu = word.cpu; // repeated, or moved
        return true;
      });
    },
  });
}

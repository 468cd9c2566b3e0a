// The present grant: which frame of whom the handler counts and acknowledges.
import { binding, DataMode, type NativeServer } from '../../binding/minitalk.js';
import { check } from '../../signals/errors.js';
import { tell } from '../peer/pinned.js';
import { byLanes, encodePlace, onCpu, type Place } from '../wire/place.js';
import { Kind } from '../wire/word.js';
import type { IncomingMessage } from './incoming.js';
import { bitIntake } from './intake/bits.js';
import type { FrameMemory, Intake } from './intake/intake.js';
import { wordIntake } from './intake/words.js';
import type { Session } from './session.js';

export interface Grant {
  readonly session: Session;
  readonly message: IncomingMessage;
  readonly number: number;
  readonly intake: Intake;
  /** Tells the holder, by GRANT. */
  announce(): void;
  /** Data signals of the frame that earlier grants have brought. */
  readonly first: number;
  /** Data signals of the frame that are there; -1 before the start. */
  count(): number;
  /** By so many lanes, if the holder wants that; 0: by none. */
  readonly lanes: number;
  /** Shares a CPU with the holder from now on, or ceases to. */
  share(wish: boolean): void;
  /** No more data count. Returns how many signals of the frame are there; their records are in the ring. */
  end(): number;
}

/** By which threads, and where, a frame is to come. */
export interface Route {
  /** 0: by none. */
  readonly lanes: number;
  /** Whether both ends share a CPU. */
  readonly shares: boolean;
}

/** Gives grants: the returned function lets the session send its message's awaited frame. */
export function createGrants(
  native: NativeServer,
): (session: Session, message: IncomingMessage, route: Route) => Grant {
  const memory: FrameMemory = {
    copy: (bytes) => inForce(native.copyFrame(bytes)),
    restore: (bytes) => inForce(native.restoreFrame(bytes)),
    bitCount: () => native.bitCount(),
    isWhole: () => native.isFrameWhole(),
  };
  const bits = bitIntake(memory);
  const words = wordIntake(memory);
  let last = 0;

  function nextNumber(session: Session): number {
    last = (last + 1) & 0xfff;
    // A stopped client may still have an ACK of its last grant pending: to that
    // client the number must not come again.
    if (last === session.lastGrant) last = (last + 1) & 0xfff;
    session.lastGrant = last;
    return last;
  }

  return (session, message, { lanes, shares: wishes }) => {
    const number = nextNumber(session);
    const intake = message.mode === 'bit' ? bits : words;
    const first = message.part?.count ?? 0;
    intake.begin(message);
    message.grant();
    let shares = wishes;
    let place = choosePlace(lanes, shares);
    const { process, thread, status } = session;
    inForce(
      native.grant({
        number,
        session: session.id,
        pid: process.pid,
        thread,
        status: status.descriptor,
        bits: message.awaitedBytes * 8,
        mode: DataMode[message.mode],
        cpu: place.cpu,
        count: first,
        lanes,
        together: place.together,
      }),
    );
    const announce = () =>
      tell(session, {
        kind: Kind.grant,
        session: session.id,
        message: message.number,
        grant: number,
        place: encodePlace(place),
        frame: message.frame & 0xff,
      });
    announce();
    return {
      session,
      message,
      number,
      intake,
      first,
      lanes,
      announce,
      count: () => native.grantCount(),
      share(wish) {
        if (wish === shares) return;
        shares = wish;
        place = choosePlace(lanes, wish);
        inForce(native.place(place.cpu, place.together));
        announce();
      },
      end() {
        // It began otherwise: its client knows no lanes, or not ours.
        if (native.grantCount() >= 0 && native.grantLanes() !== lanes) session.takesLanes = false;
        return inForce(native.clearGrant());
      },
    };
  };
}

function choosePlace(lanes: number, shares: boolean): Place {
  if (lanes > 0) return byLanes(lanes, shares);
  return onCpu(shares ? binding.holdableCpu() : -1);
}

/** Without the claim of the server nothing of it has an effect. */
function inForce(result: number): number {
  return check(result, 'grant', () => 'act as the server of this process');
}

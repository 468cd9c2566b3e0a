// The present grant: which frame of whom the handler counts and acknowledges.
import { DataMode, type NativeChannel } from '../../signals/internal/primitives.js';
import { tell } from '../peer/pinned.js';
import { Kind, NO_CPU } from '../wire/word.js';
import type { IncomingMessage } from './incoming.js';
import { bitIntake } from './intake/bits.js';
import type { Intake } from './intake/intake.js';
import { wordIntake } from './intake/words.js';
import type { Session } from './session.js';

export interface Grant {
  readonly session: Session;
  readonly message: IncomingMessage;
  readonly number: number;
  readonly intake: Intake;
  /** Tells the holder, by GRANT. */
  announce(): void;
  /** Data signals taken; -1 before the start. */
  count(): number;
  /** Shares a CPU with the holder from now on, or ceases to. */
  share(wish: boolean): void;
  /** No more data count. */
  end(): void;
}

/** Gives grants: the returned function lets the session send its message's awaited frame. */
export function createGrants(
  native: NativeChannel,
): (session: Session, message: IncomingMessage, shares: boolean) => Grant {
  const bits = bitIntake();
  const words = wordIntake((wire) => native.copyFrame(wire));
  let last = 0;

  function nextNumber(session: Session): number {
    last = (last + 1) & 0xfff;
    // A stopped client may still have an ACK of its last grant pending: to that
    // client the number must not come again.
    if (last === session.lastGrant) last = (last + 1) & 0xfff;
    session.lastGrant = last;
    return last;
  }

  return (session, message, wishes) => {
    const number = nextNumber(session);
    const intake = message.mode === 'bit' ? bits : words;
    intake.begin(message);
    message.grant();
    let shares = wishes;
    let cpu = cpuOf(
      native.grant(
        number,
        session.id,
        session.process.pid,
        session.thread,
        session.process.pidfd,
        message.awaitedBytes * 8,
        DataMode[message.mode],
        shares,
      ),
    );
    const announce = () =>
      tell(session, {
        kind: Kind.grant,
        session: session.id,
        message: message.number,
        grant: number,
        cpu,
        frame: message.frame & 0xff,
      });
    announce();
    return {
      session,
      message,
      number,
      intake,
      announce,
      count: () => native.grantCount(),
      share(wish) {
        if (wish === shares) return;
        shares = wish;
        cpu = cpuOf(native.place(wish));
        announce();
      },
      end: () => native.clearGrant(),
    };
  };
}

function cpuOf(held: number): number {
  return held >= 0 && held < NO_CPU ? held : NO_CPU;
}

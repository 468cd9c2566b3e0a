// One frame under one grant, in slices between which the event loop lives.
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { DataMode, type NativeTransmitter, TransmitStatus } from '../../binding/minitalk.js';
import { check } from '../../signals/errors.js';
import { monotonicMs } from '../../signals/internal/clock.js';
import type { Turn } from '../peer/half-duplex.js';
import { FIRST_ASK_MS, longerWait } from '../peer/patience.js';
import type { DataPlan } from './data-plan.js';
import type { RemoteServer } from './remote-server.js';

const SLICE_US = 2000;
const STALLED_REST_MS = 4;
/** From one look to the next at most, on a busy machine too. */
const ROUND_MS = 50;

export interface Transmission {
  readonly transmitter: NativeTransmitter;
  readonly session: number;
  readonly grant: number;
  readonly wire: Uint8Array;
  readonly plan: DataPlan;
  /** The server's threads by which the data go; none: to its main thread. */
  readonly lanes: readonly number[];
  /** By lanes, the CPU that they are to share with us; -1: none. */
  readonly ownCpu: number;
  /** The CPU that the server shares with us now; -1: none. */
  readonly cpu: () => number;
  readonly turn: Turn;
  readonly server: RemoteServer;
  /** After each slice: bytes that the server has taken. */
  readonly progress: (bytes: number) => void;
  /** The server has not answered for a while: the grant may have ended, and with it the answers. */
  readonly offerAgain: () => void;
  /** The server counted other than we sent. */
  readonly restart: () => void;
  /** After each slice and rest, of about so many ms. Throws ETIMEDOUT. */
  readonly listened: (ms: number) => void;
  /** Whether another word than this grant's repetition has come. Throws when aborted. */
  readonly isOver: () => boolean;
}

/** True when all of it was taken; false when the grant ended before. */
export async function transmitInSlices(transmission: Transmission): Promise<boolean> {
  const { transmitter, session, grant, wire, plan, cpu, turn, server } = transmission;
  let patience = FIRST_ASK_MS;
  let nextOffer = 0;
  try {
    await turn.begin();
    server.lookAfterSilence(plan.burstSignal);
    const begun = transmitter.begin({
      session,
      grant,
      bytes: wire,
      mode: DataMode[plan.mode],
      payload: plan.payload,
      burstSignal: plan.burstSignal,
      window: plan.window,
      lanes: Int32Array.from(transmission.lanes),
      cpu: transmission.ownCpu,
    });
    check(begun, 'begin', () => 'transmit the frame');
    nextOffer = monotonicMs() + patience;
    for (;;) {
      const status = transmitter.transmit(cpu(), SLICE_US);
      if (status < 0) throw server.errorOf(status);
      if (transmitter.lastReply() > 0) server.heard(transmitter.lastReply());
      transmission.progress(transmitter.taken());
      if (status === TransmitStatus.frameDone) {
        await nextTurn(); // the next frame's grant may be here already, and its slice comes at once
        return true;
      }
      if (status === TransmitStatus.mismatch) {
        transmission.restart();
        return false;
      }
      if (status === TransmitStatus.stalled) {
        turn.end(); // whoever waits for our own server need not wait for this one
        await sleep(STALLED_REST_MS);
        if (monotonicMs() >= nextOffer) {
          transmission.offerAgain();
          patience = longerWait(patience);
          nextOffer = monotonicMs() + patience;
        }
        await turn.begin();
        server.look(plan.burstSignal);
      } else {
        await nextTurn();
      }
      transmission.listened(ROUND_MS);
      if (transmission.isOver()) return false;
    }
  } finally {
    turn.end();
  }
}

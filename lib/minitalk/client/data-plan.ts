// How a client sends one message's data: docs/protocol.md, "Modes, and data words".

import { binding } from '../../binding/minitalk.js';
import { seenOrThrow } from '../../signals/internal/look.js';
import { MinitalkError, serverGone } from '../errors.js';
import type { Target } from '../peer/target.js';
import type { Mode } from '../wire/word.js';

/** From this size on bursts are worth it: npm run bench. */
const BURST_BYTES = 256;
const MAX_WINDOW = 256;
const MIN_PAYLOAD = 8;

export interface DataPlan {
  readonly mode: Mode;
  /** Bytes in a data word. */
  readonly payload: number;
  /** 0 outside burst mode. */
  readonly burstSignal: number;
  /** Data words on their way at most, in burst mode. */
  readonly window: number;
}

export interface DataWish {
  readonly mode: Mode | 'auto';
  /** Bits in a data word; as many as pass unless told. */
  readonly payload: 64 | 192 | undefined;
}

/** What the server offers. */
export interface DataOffer extends Pick<Target, 'pendingLimit' | 'catches'> {
  readonly pid: number;
  /** 0: no bursts. */
  readonly burstSignal: number;
}

/** @throws MinitalkError ERR_OUT_OF_RANGE */
export function assertWish({ mode, payload }: DataWish): void {
  if (!['bit', 'word', 'burst', 'auto'].includes(mode)) {
    throw new MinitalkError(
      'ERR_OUT_OF_RANGE',
      `mode ${JSON.stringify(mode)}: expected bit, word, burst or auto`,
    );
  }
  if (payload !== undefined && payload !== 64 && payload !== 192) {
    throw new MinitalkError('ERR_OUT_OF_RANGE', `payload ${payload}: expected 64 or 192 bits`);
  }
}

/**
 * The mode for a message of so many bytes that both ends can do.
 * @throws MinitalkError ENOTSUP where the wish cannot be granted; SignalError when nobody can look
 */
export function planData(wish: DataWish, length: number, server: DataOffer): DataPlan {
  // The test sends a signal, even if only to ourselves: not for bits.
  const passes = wish.mode === 'bit' ? 0 : binding.largestPayload();
  const payload = Math.min(wish.payload === undefined ? passes : wish.payload / 8, passes);
  const burst = passes > 0 && wish.mode !== 'word' ? burstWindow(server) : 0;
  const mode = wish.mode === 'auto' ? autoMode(length, payload, burst) : wish.mode;
  if (mode !== 'bit' && passes === 0) {
    throw new MinitalkError(
      'ENOTSUP',
      `mode ${mode}: this kernel does not pass a signal's data words; choose mode bit or auto`,
    );
  }
  if (mode === 'burst' && burst === 0) {
    throw new MinitalkError(
      'ENOTSUP',
      `mode burst: server ${server.pid} takes no bursts; choose mode word or auto`,
    );
  }
  return {
    mode,
    payload: Math.max(payload, MIN_PAYLOAD),
    burstSignal: mode === 'burst' ? server.burstSignal : 0,
    window: mode === 'burst' ? burst : 1,
  };
}

function autoMode(length: number, payload: number, burst: number): Mode {
  if (payload === 0) return 'bit';
  return burst > 0 && length >= BURST_BYTES ? 'burst' : 'word';
}

/** 0: no bursts. A realtime signal that is not caught kills; so it is looked up, whatever the server says. */
function burstWindow({ pid, burstSignal, pendingLimit, catches }: DataOffer): number {
  if (burstSignal === 0) return 0;
  const isCaught = seenOrThrow(catches(burstSignal));
  if (isCaught === undefined) throw serverGone(pid, 'sending');
  if (!isCaught) return 0;
  // Others queue signals to that user too.
  return Math.min(MAX_WINDOW, Math.max(1, Math.floor(pendingLimit / 4)));
}

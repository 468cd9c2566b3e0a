import type { RecordBatch } from '../../../signals/internal/record.js';
import type { FramePart, IncomingMessage } from '../incoming.js';

/** The addon's memory of one frame, where all its data go. */
export interface FrameMemory {
  /** Fills the buffer with the frame's beginning. */
  copy(bytes: Buffer): void;
  /** Puts the frame's beginning back. */
  restore(bytes: Buffer): void;
  /** Bits of the frame that are in it. */
  bitCount(): number;
  /** Whether all data words of the frame are in it. */
  isWhole(): boolean;
}

/** Sees a frame whole, and keeps a part of it. */
export interface Intake {
  /** The message's awaited frame comes, behind the part that the message has kept. */
  begin(message: IncomingMessage): void;
  /** The batch's i-th record: the frame's first bit, its last one, or a data word at its end. */
  take(batch: RecordBatch, i: number): void;
  /** The frame on the wire once all of it is there. */
  whole(): Buffer | undefined;
  /**
   * What is kept of the frame when its grant ends early: its first `count` data signals, as
   * the handler counted them. undefined: they are not all here.
   */
  part(count: number): FramePart | undefined;
}

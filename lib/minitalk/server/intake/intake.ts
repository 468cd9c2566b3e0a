import type { RecordBatch } from '../../../signals/internal/record.js';
import type { FramePart, IncomingMessage } from '../incoming.js';

/** Puts a frame together from the data signals that the handler counted. */
export interface Intake {
  /** The message's awaited frame comes, behind the part that the message has kept. */
  begin(message: IncomingMessage): void;
  /**
   * The batch's i-th record: a bit, of which the frame has so many before, or a data word at
   * its end. By lanes they come in any order.
   */
  take(bit: 0 | 1, before: number, batch: RecordBatch, i: number): void;
  /** The frame on the wire once all of it is there. */
  whole(): Buffer | undefined;
  /**
   * What is kept of the frame when its grant ends early: its first `count` data signals, as
   * the handler counted them. undefined: they are not all here.
   */
  part(count: number): FramePart | undefined;
}

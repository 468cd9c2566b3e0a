// Who a process is, as /proc tells it: native/handler/signals/sender.h is the layout.
import { constants } from 'node:os';
import { binding, type NativeChannel } from '../binding/signals.js';
import { systemError } from './errors.js';
import { jsonable } from './internal/json.js';
import { GONE, type Look, seen, unknown } from './internal/look.js';

/** A process as it was when its signal came in, or was asked about; see proc(5). */
export interface SignalSender {
  /** The command's name, up to 15 bytes: proc_pid_comm(5). */
  readonly name: string;
  /** The first 1,024 bytes of its arguments; empty for a zombie. */
  readonly commandLine: readonly string[];
  /** undefined when that is outside this pid namespace; its name where it could be read. */
  readonly parent: { readonly pid: number; readonly name: string | undefined } | undefined;
  /** The path in the unified hierarchy, else the first one's: cgroups(7). */
  readonly cgroup: string | undefined;
  /** In clock ticks since boot: with the pid it names one process for ever. */
  readonly startTime: bigint;
  /** When this was read, in ns on the clock of process.hrtime.bigint(). */
  readonly takenAt: bigint;
}

const { ENOENT, ESRCH } = constants.errno;

const NAME = 32;
const PARENT_NAME = 96;
const COMMAND_LINE = 160;
const CGROUP = 1184;

/** What handlers and calls write a sender into. */
export class SenderBuffer {
  readonly buffer = new ArrayBuffer(binding.senderBytes);
  readonly #view = new DataView(this.buffer);

  /** The snapshot of a drained record, once; undefined where it has none: `index` is -1. */
  fetch(channel: NativeChannel, index: number): SignalSender | undefined {
    return index >= 0 && channel.fetchSnapshot(index, this.buffer) ? this.decode() : undefined;
  }

  decode(): SignalSender {
    const parent = this.#int(16);
    const arguments_ = this.#text(COMMAND_LINE, this.#length(24));
    return Object.freeze({
      __proto__: jsonable,
      name: this.#text(NAME, this.#length(20)),
      commandLine: Object.freeze(
        arguments_ === '' ? [] : arguments_.replace(/\0$/, '').split('\0'),
      ),
      parent:
        parent > 0
          ? Object.freeze({
              pid: parent,
              name: this.#text(PARENT_NAME, this.#length(22)) || undefined,
            })
          : undefined,
      cgroup: this.#text(CGROUP, this.#length(26)) || undefined,
      startTime: this.#view.getBigUint64(8, true),
      takenAt: this.#view.getBigUint64(0, true),
    });
  }

  #int(offset: number): number {
    return this.#view.getInt32(offset, true);
  }

  #length(offset: number): number {
    return this.#view.getUint16(offset, true);
  }

  #text(offset: number, length: number): string {
    return Buffer.from(this.buffer, offset, length).toString();
  }
}

/** Gone: there is no such process, or /proc does not show it. */
export function lookAtSender(pid: number): Look<SignalSender> {
  const sender = new SenderBuffer();
  const result = binding.readProcess(pid, sender.buffer);
  if (result === 0) return seen(sender.decode());
  if (result === -ENOENT || result === -ESRCH) return GONE;
  return unknown(systemError(result, 'open', `look at process ${pid} (/proc/${pid})`));
}

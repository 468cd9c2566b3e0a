import { abortError, SignalError } from './errors.js';
import type { SignalInfo } from './info.js';
import { type SignalSet, signalList } from './names.js';
import { type WatchOptions, watch } from './watcher.js';

/** What waitForSignal() waits for, and how long. */
export interface WaitOptions extends Pick<WatchOptions, 'after' | 'from' | 'signal' | 'snapshot'> {
  /** In ms, 0 to 2^31 - 1; unless told for ever. */
  timeout?: number;
}

/**
 * The next of the signals, as sigtimedwait(2), but the event loop goes on. The signal ends
 * here unless `after` says otherwise, and so do others that come at the same time. Between
 * two calls nobody watches: who must not miss one keeps a watcher and iterates over it.
 * @throws SignalError ETIMEDOUT, ABORT_ERR, and as watch()
 */
export async function waitForSignal(
  signals: SignalSet,
  options: WaitOptions = {},
): Promise<SignalInfo> {
  const { timeout, signal, ...rest } = options;
  if (timeout !== undefined && !(timeout >= 0 && timeout < 2 ** 31)) {
    throw new SignalError(
      'ERR_OUT_OF_RANGE',
      `invalid timeout ${timeout}: expected 0 to ${2 ** 31 - 1} ms`,
    );
  }
  if (signal?.aborted) throw abortError(signal);
  const watcher = watch(signals, { after: 'stop', ...rest });
  let first: SignalInfo | undefined;
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  try {
    return await new Promise<SignalInfo>((resolve, reject) => {
      watcher.once('signal', (info) => {
        first = info;
        resolve(info);
      });
      if (timeout !== undefined) {
        timer = setTimeout(() => reject(timeoutError(signals, timeout)), timeout);
      }
      onAbort = () => reject(abortError(signal as AbortSignal));
      signal?.addEventListener('abort', onAbort);
    });
  } catch (error) {
    // A loop that was blocked runs its timers first: the signal may be there all the same.
    watcher.close();
    if (first !== undefined) return first;
    throw error;
  } finally {
    clearTimeout(timer);
    if (onAbort !== undefined) signal?.removeEventListener('abort', onAbort);
    watcher.close();
  }
}

function timeoutError(signals: SignalSet, ms: number): SignalError {
  return new SignalError(
    'ETIMEDOUT',
    `waited ${ms} ms for ${signalList(signals).join(', ')}: none of them came`,
  );
}

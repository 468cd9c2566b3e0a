import { abortError, SignalError } from './errors.js';
import type { SignalInfo } from './info.js';
import type { SignalName } from './names.js';
import { type WatchOptions, watch } from './watcher.js';

export interface WaitOptions extends Pick<WatchOptions, 'after' | 'from' | 'signal' | 'snapshot'> {
  /** In ms, up to 2^31 - 1; unless told for ever. */
  timeout?: number;
}

/**
 * The next of the signals, as sigtimedwait(2), but the event loop goes on. The signal ends
 * here unless `after` says otherwise. Between two calls nobody watches: who must not miss
 * one keeps a watcher and iterates over it.
 * @throws SignalError ETIMEDOUT, ABORT_ERR, and as watch()
 */
export async function waitForSignal(
  signals: readonly (SignalName | number)[],
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
  using watcher = watch(signals, { after: 'stop', ...rest });
  return await new Promise<SignalInfo>((resolve, reject) => {
    const timer =
      timeout === undefined
        ? undefined
        : setTimeout(() => {
            reject(
              new SignalError(
                'ETIMEDOUT',
                `waited ${timeout} ms for ${signals.join(', ')}: none of them came`,
              ),
            );
          }, timeout);
    const onAbort = () => reject(abortError(signal as AbortSignal));
    signal?.addEventListener('abort', onAbort, { once: true });
    watcher.once('signal', (info) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      resolve(info);
    });
  });
}

// Words to a process that is pinned: a later one of the same pid gets none of them.
import type { ProcessHandle } from '../../signals/process-handle.js';
import type { Word } from '../wire/word.js';
import { sendWord } from './endpoint.js';

/** The thread of a pinned process that takes its signals. */
export interface PinnedThread {
  readonly process: ProcessHandle;
  readonly thread: number;
}

/** What cannot be sent counts as lost: the other asks again, or its end is noticed. */
export function tell({ process, thread }: PinnedThread, word: Word): void {
  if (process.hasExited()) return;
  sendWord(process.pid, thread, word);
}

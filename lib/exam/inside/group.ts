// A program that is not alone in its process group.
import { isAlive } from './process-state.js';
import { Stranger } from './stranger.js';

export interface Group {
  readonly stranger: Stranger;
  /** Whether the other process of its group has. */
  hasEnded(): boolean;
}

/** A command with another process in its group, which catches nothing and ends by itself after some seconds. */
export function startInGroup(command: readonly string[], folder: string): Group {
  // The shell becomes the command, so its output says whose pid that is.
  const script = 'sleep 10 >/dev/null 2>&1 & echo "$!" >&2; exec "$0" "$@"';
  const stranger = new Stranger('sh', ['-c', script, ...command], folder);
  return {
    stranger,
    hasEnded() {
      const other = Number(/^\d+/.exec(stranger.errors)?.[0] ?? 0);
      return other > 0 && !isAlive(other);
    },
  };
}

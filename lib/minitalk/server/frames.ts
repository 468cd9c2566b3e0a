// Tells a recorder of each frame that the event loop has taken.

export interface TakenFrame {
  readonly pid: number;
  readonly session: number;
  readonly message: number;
  readonly frame: number;
}

const listeners = new Set<(frame: TakenFrame) => void>();

/** Calls back for each frame, until the returned function is called. */
export function onFrame(listener: (frame: TakenFrame) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function tellFrame(frame: TakenFrame): void {
  for (const listener of listeners) listener(frame);
}

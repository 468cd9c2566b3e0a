// Whose turn it is next: those who wait, in the order in which they came.
export interface Turns<Party> {
  /** How many wait. */
  readonly waiting: number;
  /** Puts it at the end. */
  add(party: Party): void;
  /** Puts it before those who wait. */
  addFirst(party: Party): void;
  /** The first who may have its turn now. */
  peek(mayHave: (party: Party) => boolean): Party | undefined;
  /** Takes the first out who may have its turn now. */
  next(mayHave: (party: Party) => boolean): Party | undefined;
  /** Takes this one out, if it waits. */
  drop(party: Party): void;
  /** Takes all out. */
  clear(): void;
}

export function createTurns<Party>(): Turns<Party> {
  const queue: Party[] = [];
  return {
    get waiting() {
      return queue.length;
    },
    add: (party) => queue.push(party),
    addFirst: (party) => queue.unshift(party),
    peek: (mayHave) => queue.find(mayHave),
    next(mayHave) {
      const index = queue.findIndex(mayHave);
      return index < 0 ? undefined : queue.splice(index, 1)[0];
    },
    drop(party) {
      const index = queue.indexOf(party);
      if (index >= 0) queue.splice(index, 1);
    },
    clear() {
      queue.length = 0;
    },
  };
}

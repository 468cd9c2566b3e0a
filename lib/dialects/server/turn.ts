// Whose turn it is. Clients that await what they get are kept apart by it: two that signal at
// once would merge.

export interface Turn<Client> {
  readonly holder: Client | undefined;
  /** Takes the turn if nobody has it, or queues for it; true when the client has it now. */
  want(client: Client): boolean;
  /** Gives the turn back, or the place in the queue; returns who has it next, if that is somebody else. */
  leave(client: Client): Client | undefined;
}

export function createTurn<Client>(): Turn<Client> {
  let holder: Client | undefined;
  const queue = new Set<Client>();
  return {
    get holder() {
      return holder;
    },
    want(client) {
      holder ??= client;
      if (holder !== client) queue.add(client);
      return holder === client;
    },
    leave(client) {
      queue.delete(client);
      if (holder !== client) return undefined;
      [holder] = queue;
      if (holder !== undefined) queue.delete(holder);
      return holder;
    },
  };
}

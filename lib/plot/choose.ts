// What of a recording is to be seen: senders, and times.
import { beginOf, type Model } from './model.js';

/** ns */
export interface Times {
  readonly from: number;
  readonly to: number;
}

/** @param senders pids; undefined: all */
export function chosen(model: Model, senders: readonly number[] | undefined): Model {
  if (senders === undefined) return model;
  const isChosen = (pid: number) => senders.includes(pid);
  return {
    ...model,
    conversations: model.conversations.filter(({ client }) => isChosen(client)),
    strangers: model.strangers.filter(({ pid }) => isChosen(pid)),
  };
}

/** From the first signal of that time to the last one; undefined: there is none. */
export function timesOf(
  { conversations, strangers }: Model,
  from: number,
  to: number,
): Times | undefined {
  let first = Infinity;
  let last = -Infinity;
  for (const { marks } of conversations) {
    for (const mark of marks) {
      const begin = beginOf(mark);
      if (mark.at < from || begin > to) continue;
      first = Math.min(first, Math.max(begin, from));
      last = Math.max(last, Math.min(mark.at, to));
    }
  }
  for (const { at } of strangers) {
    if (at < from || at > to) continue;
    first = Math.min(first, at);
    last = Math.max(last, at);
  }
  return first <= last ? { from: first, to: last } : undefined;
}

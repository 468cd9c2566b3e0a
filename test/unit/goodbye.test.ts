import { binding } from '../../lib/binding/minitalk.js';
import { sayGoodbye } from '../../lib/minitalk/endings/goodbye.js';
import {
  acquireEndpoint,
  type ServerPort,
  type WordPort,
} from '../../lib/minitalk/peer/endpoint.js';
import { send } from '../../lib/minitalk/peer/pinned.js';
import type { Target } from '../../lib/minitalk/peer/target.js';
import { Kind, type Word } from '../../lib/minitalk/wire/word.js';

test('a goodbye ends with the answer to the last CLOSE: earlier ones are followed by more', async () => {
  const endpoint = acquireEndpoint();
  const session = 7;
  const attempts: number[] = [];
  let said = () => {};
  // What it says comes back to this process.
  endpoint.server = {
    takeWord(word) {
      if (word.kind === Kind.close) attempts.push(word.attempt);
      said();
    },
    drained() {},
  } as Partial<ServerPort> as ServerPort;
  const itself = {
    process: { pid: process.pid },
    thread: binding.currentThread(),
    tell: (word) => send(itself, word),
  } as Partial<Target> as Target;
  const letGo = endpoint.hold();
  try {
    let isOver = false;
    const goodbye = sayGoodbye(itself, session).then(() => {
      isOver = true;
    });
    const port = [...endpoint.clients][0] as WordPort;
    const answer = async (attempt: number) => {
      const closed: Word = { kind: Kind.closed, session, attempt };
      expect(port.accept(closed, process.pid)).toBe(true);
      await Promise.resolve();
      await Promise.resolve();
    };
    while (attempts.length < 2) {
      await new Promise<void>((resolve) => {
        said = resolve;
      });
    }
    const last = attempts.at(-1) as number;
    await answer(last - 1);
    expect(isOver).toBe(false);
    expect(endpoint.clients.size).toBe(1);
    await answer(last);
    await goodbye;
    expect(endpoint.clients.size).toBe(0);
  } finally {
    letGo();
    endpoint.server = undefined;
    endpoint.release();
  }
});

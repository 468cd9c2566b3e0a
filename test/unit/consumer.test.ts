// Who has a message when its client is told "delivered".
import { createConsumer } from '../../lib/minitalk/server/consumer.js';
import { createDeliveries } from '../../lib/minitalk/server/deliveries.js';
import type { Message } from '../../lib/minitalk/server/message.js';

const messageOf = (text: string) => ({ text }) as Message;
const [first, second] = [messageOf('first'), messageOf('second')];
const NOBODY = 'nobody takes messages';

/** What has become of it after all that can happen by itself. */
async function outcome(taken: Promise<unknown> | undefined): Promise<string> {
  let is = taken === undefined ? 'taken' : 'waits';
  taken?.then(
    () => {
      is = 'taken';
    },
    ({ message }: Error) => {
      is = message;
    },
  );
  await new Promise(setImmediate);
  return is;
}

describe('a listener', () => {
  test('has the message when it returns', async () => {
    const heard: Message[] = [];
    const consumer = createConsumer(undefined, (message) => heard.push(message) > 0);
    expect(await outcome(consumer.take(first))).toBe('taken');
    expect(heard).toEqual([first]);
  });

  test('that throws does not, and its error is uncaught', async () => {
    const fault = new Error('a bug of the app');
    const consumer = createConsumer(undefined, () => {
      throw fault;
    });
    const microtask = jest.spyOn(globalThis, 'queueMicrotask').mockImplementation(() => {});
    try {
      expect(() => consumer.take(first)).toThrow(fault);
      expect(microtask.mock.calls[0]?.[0]).toThrow(fault);
    } finally {
      microtask.mockRestore();
    }
  });

  test('is not there: nobody has it', () => {
    const consumer = createConsumer(undefined, () => false);
    expect(() => consumer.take(first)).toThrow(NOBODY);
  });
});

describe('the deliver option', () => {
  test('needs no listener', async () => {
    const had: Message[] = [];
    const consumer = createConsumer(
      (message) => void had.push(message),
      () => false,
    );
    expect(await outcome(consumer.take(first))).toBe('taken');
    expect(had).toEqual([first]);
  });

  test('has the message when its promise is resolved; listeners hear afterwards', async () => {
    let finish = () => {};
    const heard: Message[] = [];
    const slowly = () =>
      new Promise<void>((resolve) => {
        finish = resolve;
      });
    const consumer = createConsumer(slowly, (message) => heard.push(message) > 0);
    const taken = consumer.take(first);
    expect([await outcome(taken), heard]).toEqual(['waits', []]);
    finish();
    expect([await outcome(taken), heard]).toEqual(['taken', [first]]);
  });

  test('that rejects does not have it, and nobody else hears of it', async () => {
    const heard: Message[] = [];
    const consumer = createConsumer(
      () => Promise.reject(new Error('the disk is full')),
      (message) => heard.push(message) > 0,
    );
    expect(await outcome(consumer.take(first))).toBe('the disk is full');
    expect(heard).toEqual([]);
  });
});

describe('an iterator', () => {
  const iterating = () => {
    const consumer = createConsumer(undefined, () => false);
    return { consumer, iterator: consumer.iterate() };
  };

  test('that waits has the message at once, and once', async () => {
    const { consumer, iterator } = iterating();
    const next = iterator.next();
    expect(await outcome(consumer.take(first))).toBe('taken');
    expect(await next).toEqual({ done: false, value: first });
    expect(await outcome(consumer.take(second))).toBe('waits');
  });

  test('that is busy has each when it takes it, in their order', async () => {
    const { consumer, iterator } = iterating();
    const taken = [consumer.take(first), consumer.take(second)];
    expect(await Promise.all(taken.map(outcome))).toEqual(['waits', 'waits']);
    expect(await iterator.next()).toEqual({ done: false, value: first });
    expect(await Promise.all(taken.map(outcome))).toEqual(['taken', 'waits']);
    expect(await iterator.next()).toEqual({ done: false, value: second });
    expect(await Promise.all(taken.map(outcome))).toEqual(['taken', 'taken']);
  });

  test('makes listeners hear, too, but they do not take', async () => {
    const heard: Message[] = [];
    const consumer = createConsumer(undefined, (message) => heard.push(message) > 0);
    consumer.iterate();
    expect(await outcome(consumer.take(first))).toBe('waits');
    expect(heard).toEqual([first]);
  });

  test('is the only one until it is left', async () => {
    const { consumer, iterator } = iterating();
    expect(() => consumer.iterate()).toThrow(
      expect.objectContaining({ code: 'ERR_ALREADY_ITERATED' }),
    );
    expect(await iterator.return?.()).toEqual({ done: true, value: undefined });
    expect(() => consumer.iterate()).not.toThrow();
  });

  test('that is left has not taken what waited for it', async () => {
    const { consumer, iterator } = iterating();
    const taken = consumer.take(first);
    await iterator.return?.();
    expect(await outcome(taken)).toBe(NOBODY);
    expect(() => consumer.take(second)).toThrow(NOBODY);
  });

  test('has what waited dropped when the server closes', async () => {
    const { consumer } = iterating();
    const taken = consumer.take(first);
    consumer.dropBacklog();
    expect(await outcome(taken)).toBe(NOBODY);
  });

  test('ends with the server, also one that waits', async () => {
    const { consumer, iterator } = iterating();
    const waits = iterator.next();
    consumer.end();
    expect([await waits, await iterator.next()]).toEqual([
      { done: true, value: undefined },
      { done: true, value: undefined },
    ]);
  });
});

describe('a delivery', () => {
  test('is finished when the consumer has the message', async () => {
    let finish = () => {};
    const deliveries = createDeliveries(
      () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
    );
    const finished = jest.fn();
    deliveries.begin(first, finished);
    expect(await outcome(deliveries.settled())).toBe('waits');
    expect(finished).not.toHaveBeenCalled();
    finish();
    expect(await outcome(deliveries.settled())).toBe('taken');
    expect(finished.mock.calls).toEqual([[true]]);
  });

  test('is finished at once where there is nothing to wait for', () => {
    const finished = jest.fn();
    createDeliveries(() => undefined).begin(first, finished);
    expect(finished.mock.calls).toEqual([[true]]);
  });

  test.each([
    ['throws', () => Promise.reject(new Error())],
    [
      'rejects',
      () => {
        throw new Error();
      },
    ],
  ])('has failed when the consumer %s', async (_how, deliver) => {
    const finished = jest.fn();
    const deliveries = createDeliveries(deliver);
    deliveries.begin(first, finished);
    await deliveries.settled();
    expect(finished.mock.calls).toEqual([[false]]);
  });
});

import { binding } from '../../lib/binding/minitalk.js';
import { acquireEndpoint } from '../../lib/minitalk/peer/endpoint.js';
import { pinThread } from '../../lib/minitalk/peer/pinned.js';
import { createBudget } from '../../lib/minitalk/server/budget.js';
import { createGranting } from '../../lib/minitalk/server/granting.js';
import { IncomingMessage } from '../../lib/minitalk/server/incoming.js';
import type { Session } from '../../lib/minitalk/server/session.js';

test('a frame that begins anew while our own client transmits is queued, not granted', () => {
  const endpoint = acquireEndpoint();
  const native = new binding.Server();
  expect(native.claim(endpoint.channel.native, 0)).toBe(0);
  const granting = createGranting({
    endpoint,
    native,
    place: false,
    budget: createBudget(1000),
    complete() {},
    died() {},
    look: () => false,
  });
  const message = new IncomingMessage(1, 5, 'bit');
  const session: Session = {
    ...pinThread(process.pid, process.pid),
    id: 7,
    nonce: 7,
    uid: 0,
    message,
    outcome: undefined,
    lastGrant: -1,
    lastHeard: 0,
    unusedSince: 0,
  };
  try {
    granting.enqueue(session);
    expect(message.state).toBe('granted');
    endpoint.transmitting += 1;
    granting.restart(session, session.lastGrant);
    expect(granting.granted()).toBeUndefined();
    // An OFFER is then answered with WAIT; a holder's GRANT would be repeated to nobody.
    expect(message.state).toBe('queued');
    endpoint.transmitting -= 1;
    granting.schedule();
    expect(message.state).toBe('granted');
  } finally {
    granting.stop();
    native.close();
    session.unpin();
    endpoint.release();
  }
});

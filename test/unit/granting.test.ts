import { acquireEndpoint } from '../../lib/minitalk/peer/endpoint.js';
import { createGranting } from '../../lib/minitalk/server/granting.js';
import { IncomingMessage } from '../../lib/minitalk/server/incoming.js';
import type { Session } from '../../lib/minitalk/server/session.js';
import { openProcess } from '../../lib/signals/process-handle.js';

test('a frame that begins anew while our own client transmits is queued, not granted', () => {
  const endpoint = acquireEndpoint();
  const granting = createGranting({
    endpoint,
    place: false,
    complete() {},
    died() {},
    look: () => false,
  });
  const message = new IncomingMessage(1, 5, 'bit');
  const session: Session = {
    id: 7,
    nonce: 7,
    thread: process.pid,
    uid: 0,
    process: openProcess(process.pid),
    message,
    outcome: undefined,
    lastGrant: -1,
    lastHeard: 0,
  };
  try {
    granting.enqueue(session);
    expect(message.state).toBe('granted');
    endpoint.transmitting += 1;
    granting.restart(session, session.lastGrant);
    expect(granting.holder).toBeUndefined();
    // An OFFER is then answered with WAIT; a holder's GRANT would be repeated to nobody.
    expect(message.state).toBe('queued');
    endpoint.transmitting -= 1;
    granting.schedule();
    expect(message.state).toBe('granted');
  } finally {
    granting.stop();
    session.process.close();
    endpoint.release();
  }
});

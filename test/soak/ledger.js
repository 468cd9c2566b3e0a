// What was sent, told and delivered, and what of it must not be.

/** Codes of errors that say that the message was not delivered. */
const DENIALS = new Set(['ERR_SERVER_CLOSED', 'ERR_NOT_A_SERVER', 'ERR_ABANDONED', 'EIO']);

/** Every kind of fault; all must be 0. */
const FAULTS = {
  lost: 'told delivered, but no server had it',
  undelivered: 'failed although nobody disturbed its ends',
  doubled: 'delivered more than once',
  mixed: 'delivered with wrong bytes, or in the name of another process',
  disordered: "delivered before an earlier one of its client's",
  denied: 'told not delivered, but a server had it',
  silent: 'a client that went on after its patience had ended',
  exits: 'an exit status that is not the own one',
  output: 'something on standard error',
  bystanders: 'a dead process that took no part',
  registrations: 'a registration that outlived its server',
  processes: 'a process left over',
};

function createLedger() {
  const counts = {
    scenes: 0,
    messages: 0,
    delivered: 0,
    failed: 0,
    unknown: 0,
    partial: 0,
    exits: 0,
  };
  const faults = Object.fromEntries(Object.keys(FAULTS).map((kind) => [kind, []]));

  const fault = (kind, what) => faults[kind].push(what);

  /** Judges what the actors of a scene have said. @param said lines with the `actor` that said each */
  function judgeMessages(said, isDisturbed) {
    const messages = new Map();
    const lastOf = new Map();
    for (const { actor, sending, talker } of said) {
      if (sending !== undefined)
        messages.set(sending, { actor, talker, told: 'unknown', times: 0 });
    }
    for (const { actor, delivered, from, sent, failed, code, partial } of said) {
      if (partial !== undefined) counts.partial += 1;
      if (sent !== undefined) messages.get(sent).told = 'delivered';
      if (failed !== undefined) Object.assign(messages.get(failed), { told: 'failed', code });
      if (delivered === undefined) continue;
      const message = messages.get(delivered ?? '');
      if (message === undefined || message.actor.pid !== from) {
        fault('mixed', `${actor.name} got ${delivered} from ${from}`);
        continue;
      }
      message.times += 1;
      const number = Number(delivered.split('.')[2]);
      if (number < (lastOf.get(message.talker) ?? 0)) fault('disordered', delivered);
      lastOf.set(message.talker, number);
    }
    for (const [name, { actor, times, told, code }] of messages) {
      counts.messages += 1;
      counts[told] += 1;
      if (times > 1) fault('doubled', `${name}: ${times} times`);
      if (told === 'delivered' && times === 0) fault('lost', name);
      if (told === 'failed' && times > 0 && DENIALS.has(code)) fault('denied', `${name}: ${code}`);
      if (told !== 'delivered' && !isDisturbed(actor))
        fault('undelivered', `${name}: ${code ?? told}`);
    }
  }

  return { counts, faults, fault, judgeMessages };
}

module.exports = { createLedger, FAULTS };

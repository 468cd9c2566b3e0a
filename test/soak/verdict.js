// How an actor must end: with its own exit status, quietly, and with nothing left of it.

/** Ends of Workers: the process lives on. */
const WORKER_ENDS = ['terminate', 'worker exit', 'worker throw'];
/** Exit codes of a client's command whose server ended, or was none yet. */
const UNSERVED = ['69', '75'];

/** An actor's exit code that ends by itself: not 0, which Node also says of who is killed by a realtime signal. */
const NATURAL = 5;

/** The exit statuses that are right. @param mayFail its server, or the queue of signals, is disturbed */
function rightStatuses({ command, end: { how } }, mayFail) {
  if (how === 'kill') return command === 'client' ? ['SIGKILL', '0', ...UNSERVED] : ['SIGKILL'];
  if (command === 'server') return ['0'];
  if (command === 'client') {
    const told = { SIGINT: '130', SIGTERM: '143' }[how];
    // It may be done before it is told to end, or be told before its handlers stand: see judgeInterrupted.
    return ['0', ...(told ? [told, how] : []), ...(mayFail ? [...UNSERVED, '70'] : [])];
  }
  return [{ exit: '7', throw: '1', sigterm: 'SIGTERM' }[how] ?? String(NATURAL)];
}

function isExpectedOutput({ command, end: { how } }, stderr) {
  if (stderr.includes('Debugger')) return false;
  return (
    stderr === '' || command !== undefined || (how === 'throw' && stderr.includes('as planned'))
  );
}

/** Tells the ledger what is wrong with an end. @param isRegistered its registration is still there */
function judgeEnd(ledger, actor, { status, stderr, mayFail, isRegistered }) {
  const { name, end } = actor;
  const who = `${name} (${end.how}${end.at === undefined ? '' : ` at ${end.at} ms`})`;
  const right = rightStatuses(actor, mayFail);
  ledger.counts.exits += 1;
  if (!right.includes(status)) {
    ledger.fault('exits', `${who}: ${status}, not ${right.join(' or ')}; ${stderr.slice(-400)}`);
  } else if (!isExpectedOutput(actor, stderr)) {
    ledger.fault('output', `${who}: ${stderr.slice(0, 600)}`);
  }
  // Who is killed can clean nothing up; the next server does.
  if (isRegistered && !status.startsWith('SIG'))
    ledger.fault('registrations', `${who} left its own`);
}

/** A command that is interrupted in the middle of its message says goodbye, and does not just die. */
function judgeInterrupted(ledger, { command, status, name, pid }, said) {
  if (command !== 'client' || !['SIGINT', 'SIGTERM'].includes(status)) return;
  const isDead = said.some(({ partial, from }) => partial === 'died' && from === pid);
  if (isDead) ledger.fault('exits', `${name}: ${status} in the middle of its message`);
}

module.exports = { judgeEnd, judgeInterrupted, NATURAL, UNSERVED, WORKER_ENDS };

// What a server's answers say of its dialect.
import {
  type Acknowledgement,
  type Dialect,
  type Signal,
  signalOf,
  type UserSignal,
} from '../../../dialects/dialect.js';

type Answering = Pick<Dialect, 'handshake' | 'ack' | 'byte' | 'final'>;
type Answers = readonly (readonly Signal[])[];

/** Of bits that are acknowledged; an answer may come late, behind the next signal. */
const MOST = 0.9;
/** Of bits, when each byte is answered: one in eight, less those that came late. */
const SOME = 1 / 16;

/** @param answers to each signal; the last one's with all that came behind it */
export function answeringOf(
  { handshake }: Dialect,
  signals: readonly Signal[],
  answers: Answers,
): Answering {
  const greetings = typeof handshake === 'object' ? 1 : 0;
  const within = answers.slice(greetings, -1);
  const last = answers.at(-1) ?? [];
  const answered = within.filter((each) => each.length > 0).length / within.length;
  const toText =
    answered > MOST
      ? toBits(within, last, signals.slice(greetings))
      : answered > SOME
        ? toBytes(within.flat(), last)
        : toMessage(last);
  return { handshake: greetingOf(handshake, answers[0] ?? []), ...toText };
}

function greetingOf(
  handshake: Dialect['handshake'],
  [answer]: readonly Signal[],
): Dialect['handshake'] {
  if (typeof handshake !== 'object' || answer === undefined) return handshake;
  return { ...handshake, answers: nameOf(answer) };
}

function toBits(
  within: Answers,
  last: readonly Signal[],
  sent: readonly Signal[],
): Omit<Answering, 'handshake'> {
  const by = byWhat(within, sent);
  const ackTo = (i: number): Signal => (by === 'echo' ? (sent[i] as Signal) : signalOf(by));
  const besides = within.flatMap((each, i) => without(each, ackTo(i)));
  const byte = besides.length > SOME * within.length ? nameOf(mostOf(besides)) : undefined;
  const lastAck = ackTo(sent.length - 1);
  const isLast = last.includes(lastAck);
  const afterAck = isLast ? without(last, lastAck) : last;
  const final = byte === undefined || !isLast ? afterAck : without(afterAck, signalOf(byte));
  return { ack: { of: 'bit', by, last: isLast }, byte, final: final.slice(0, 2).map(nameOf) };
}

function toBytes(within: readonly Signal[], last: readonly Signal[]): Omit<Answering, 'handshake'> {
  const ack: Acknowledgement = {
    of: 'byte',
    by: nameOf(mostOf(within)),
    last: last.length > 0,
  };
  return { ack, byte: undefined, final: last.slice(1, 3).map(nameOf) };
}

function toMessage([confirmation, ...others]: readonly Signal[]): Omit<Answering, 'handshake'> {
  const ack: Acknowledgement | undefined = confirmation && {
    of: 'message',
    by: nameOf(confirmation),
    last: true,
  };
  return { ack, byte: undefined, final: others.slice(0, 2).map(nameOf) };
}

/** Mostly: an answer that came late counts to the next signal. */
function byWhat(
  answers: readonly (readonly Signal[])[],
  sent: readonly Signal[],
): UserSignal | 'echo' {
  const share = (isThere: (each: readonly Signal[], i: number) => boolean) =>
    answers.filter(isThere).length / answers.length;
  const ofUsr1 = share((each) => each.includes(1));
  const ofUsr2 = share((each) => each.includes(2));
  const ofEcho = share((each, i) => each.includes(sent[i] as Signal));
  if (ofEcho > MOST && ofEcho > Math.max(ofUsr1, ofUsr2)) return 'echo';
  return ofUsr1 > ofUsr2 ? 'usr1' : 'usr2';
}

/** Two that come at once come in the order of their numbers, not in that in which they were sent. */
function without(answers: readonly Signal[], signal: Signal): Signal[] {
  const at = answers.indexOf(signal);
  return answers.filter((_, i) => i !== at);
}

function mostOf(signals: readonly Signal[]): Signal {
  return 2 * signals.filter((each) => each === 1).length >= signals.length ? 1 : 2;
}

function nameOf(signal: Signal): UserSignal {
  return signal === 1 ? 'usr1' : 'usr2';
}

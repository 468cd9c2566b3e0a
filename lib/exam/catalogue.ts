// What an examination checks, and why: the subject's demands, what public testers check, and how minitalks fail.

/** `mandatory` and `bonus` are the subject's; `beyond`: what it does not ask, and users of a program do. */
export type Part = 'mandatory' | 'bonus' | 'beyond';

export interface About {
  readonly part: Part;
  /** What is done, in a few words. */
  readonly what: string;
  readonly why: string;
  /** What it may take, ms. */
  readonly limit: number;
  /** It may signal anybody: only where a namespace keeps that inside. */
  readonly isDangerous?: true;
  /** It shows nothing where not even a short text comes through. */
  readonly needsText?: true;
}

export const catalogue = {
  pid: {
    part: 'mandatory',
    what: 'the server shows its PID',
    why: 'Nobody can send to a server whose PID is not known.',
    limit: 10_000,
  },
  arguments: {
    part: 'mandatory',
    what: 'a wrong number of arguments is an error',
    why: 'A program may not crash, nor wait for ever, on a wrong command line.',
    limit: 15_000,
  },
  short: {
    part: 'mandatory',
    what: 'a short text',
    why: 'It is what the program is for.',
    limit: 15_000,
  },
  hundred: {
    part: 'mandatory',
    what: '100 characters in less than a second',
    why: 'The subject: "1 second for displaying 100 characters is way too much".',
    limit: 20_000,
    needsText: true,
  },
  empty: {
    part: 'mandatory',
    what: 'an empty text, and one after it',
    why: 'It is a string, too: an index of -1, or a server that waits for more, shows here.',
    limit: 15_000,
    needsText: true,
  },
  characters: {
    part: 'mandatory',
    what: 'all printable ASCII characters, tab included',
    why: 'Shell metacharacters and % must come through as they are.',
    limit: 15_000,
    needsText: true,
  },
  kilobyte: {
    part: 'mandatory',
    what: '1,000 characters',
    why: 'Testers send them, and want them in about a second.',
    limit: 20_000,
    needsText: true,
  },
  row: {
    part: 'mandatory',
    what: '15 texts in a row, without a restart',
    why: 'The subject: the server takes strings from several clients in a row.',
    limit: 40_000,
    needsText: true,
  },
  'ten-kilobytes': {
    part: 'mandatory',
    what: '10,000 characters',
    why: 'One signal lost in 80,000 spoils it: a pause that is too short shows here.',
    limit: 45_000,
    needsText: true,
  },
  acknowledged: {
    part: 'bonus',
    what: 'the server answers its client by a signal',
    why: 'The bonus: the server confirms every message by sending back a signal.',
    limit: 60_000,
  },
  unicode: {
    part: 'bonus',
    what: 'Unicode: letters with accents, Japanese, emoji',
    why: 'The bonus: support Unicode characters. Shifts of a signed char give wrong bits.',
    limit: 20_000,
    needsText: true,
  },
  dialect: {
    part: 'beyond',
    what: 'its dialect can be found out, at each end alone',
    why: 'A client that keeps to a protocol talks with any server that does; a fault shows which end has it.',
    limit: 90_000,
  },
  signals: {
    part: 'mandatory',
    what: 'only SIGUSR1 and SIGUSR2',
    why: 'The subject allows only these two.',
    limit: 60_000,
  },
  bytes: {
    part: 'beyond',
    what: 'bytes that are no UTF-8',
    why: 'An argument is bytes, not characters: a program that decodes it loses some.',
    limit: 15_000,
    needsText: true,
  },
  'hundred-kilobytes': {
    part: 'beyond',
    what: '100,000 characters',
    why: 'It is nearly the longest argument that Linux takes.',
    limit: 120_000,
    needsText: true,
  },
  thousand: {
    part: 'beyond',
    what: '1,000 texts in a row',
    why: 'A server that leaks, or does not put its state back after each text, fails here.',
    limit: 120_000,
    needsText: true,
  },
  two: {
    part: 'beyond',
    what: 'two clients at once, so slow that no signals merge',
    why: 'Their bits mix where the server does not keep them apart by si_pid.',
    limit: 40_000,
    needsText: true,
  },
  ten: {
    part: 'beyond',
    what: 'ten clients at once',
    why: 'No text may be mixed with another, and the server must take the next one.',
    limit: 60_000,
    needsText: true,
  },
  nobody: {
    part: 'beyond',
    what: 'a PID that nobody has',
    why: 'kill() fails then, and says so: success would be a lie.',
    limit: 15_000,
  },
  uncaught: {
    part: 'beyond',
    what: 'a process that does not catch the signals',
    why: 'SIGUSR1 ends a process that does not catch it: with a mistyped PID, an editor.',
    limit: 15_000,
  },
  'client-killed': {
    part: 'beyond',
    what: 'a client killed in the middle; the next text',
    why: 'Half a byte that is kept shifts all that follows.',
    limit: 30_000,
    needsText: true,
  },
  'server-killed': {
    part: 'beyond',
    what: 'a server killed in the middle; its client ends',
    why: 'A client that waits for an answer for ever must be killed by hand.',
    limit: 30_000,
    needsText: true,
    isDangerous: true, // its number is free from then on, and its client may go on
  },
  stopped: {
    part: 'beyond',
    what: 'a server stopped for a second in the middle',
    why: 'A busy machine does the same: a client that only sleeps between two bits loses some.',
    limit: 40_000,
    needsText: true,
  },
  gone: {
    part: 'beyond',
    what: 'a process that has ended is signalled no more',
    why: 'The next process of that PID gets the signal, and ends.',
    limit: 30_000,
    needsText: true,
    isDangerous: true, // for that reason
  },
  stray: {
    part: 'beyond',
    what: 'one signal from somebody else; the next text',
    why: 'Any process of the user may send one: it is no bit of the next text.',
    limit: 30_000,
    needsText: true,
  },
  idle: {
    part: 'beyond',
    what: 'an idle server uses no CPU',
    why: 'pause() or sigsuspend() cost nothing; while (1); costs a CPU.',
    limit: 15_000,
  },
  handlers: {
    part: 'beyond',
    what: 'no handler calls malloc, free, printf or exit',
    why: 'A handler may interrupt one of them: called once more it hangs, or destroys the heap (man 7 signal-safety).',
    limit: 20_000,
    needsText: true,
  },
  group: {
    part: 'beyond',
    what: 'no other process of its group is signalled',
    why: 'kill(0, …) signals the whole group: the shell, or a whole pipeline, ends with it.',
    limit: 20_000,
  },
  outside: {
    part: 'beyond',
    what: 'a signal whose sender cannot be known (si_pid 0)',
    why: 'From outside a container si_pid is 0, and kill(0, …) goes to the own group.',
    limit: 20_000,
    isDangerous: true,
  },
  'dangerous-arguments': {
    part: 'beyond',
    what: 'PIDs such as 0, -1, 4294967295: nobody else is signalled',
    why: 'atoi() makes 0 (the own group) or -1 (everybody) of them; kill() then ends all.',
    limit: 40_000,
    isDangerous: true,
  },
  leaks: {
    part: 'mandatory',
    what: 'no leak, no invalid access (valgrind)',
    why: 'The subject: all memory is freed, and a program may not crash.',
    limit: 60_000,
  },
} as const satisfies Readonly<Record<string, About>>;

export type CheckName = keyof typeof catalogue;

/** In the order in which they are done. */
export const checkNames = Object.keys(catalogue) as CheckName[];

export function isCheckName(text: string): text is CheckName {
  return Object.hasOwn(catalogue, text);
}

// All man pages.
import { version } from '../../../package.json';
import { commandNames, definitions } from '../arguments/definitions.js';
import { defineMinitalk } from '../arguments/minitalk.js';
import { manPage, type PageTexts } from './page.js';

type Command = keyof typeof definitions;

const runtime = [
  'XDG_RUNTIME_DIR',
  'where servers are registered, in the folder minitalk; /tmp/minitalk-UID where it is not set. A name is looked for there.',
] as const;
const addon = [
  'MINITALK_ADDON',
  'the native addon to load, a path, in place of the one that comes with the package',
] as const;
const registration = [
  '$XDG_RUNTIME_DIR/minitalk',
  'a file for each running server of this user: readable for nobody else',
] as const;

/** Besides the other pages; what is not here has none. */
const seeAlso: Partial<Record<Command, readonly string[]>> = {
  server: ['signal(7)', 'nohup(1)'],
  client: ['signal(7)', 'kill(2)'],
  watch: ['kill(1)', 'sigaction(2)', 'signal(7)'],
  send: ['kill(1)', 'sigqueue(3)', 'tgkill(2)', 'signal(7)'],
  guard: ['env(1)', 'landlock(7)', 'kill(2)'],
  exam: ['kill(2)', 'sigaction(2)', 'pid_namespaces(7)', 'unshare(1)'],
};
/** These two have programs of their own, too. */
const programs: readonly Command[] = ['server', 'client'];
const finding: readonly Command[] = ['server', 'client', 'list'];
const native: readonly Command[] = ['server', 'client', 'watch', 'send', 'guard', 'exam'];

/** @returns the text of each page, by its file's name */
export function manPages(date: string): Record<string, string> {
  const pages = ['minitalk', ...commandNames.map((name) => `minitalk-${name}`)];
  const about = (page: string, command?: Command): PageTexts => ({
    page,
    calls:
      command === undefined
        ? [page]
        : [`minitalk ${command}`, ...(programs.includes(command) ? [page] : [])],
    date,
    version,
    environment: [
      ...(command === undefined || finding.includes(command) ? [runtime] : []),
      ...(command === undefined || native.includes(command) ? [addon] : []),
    ],
    files: command === undefined || finding.includes(command) ? [registration] : [],
    seeAlso: [
      ...pages.filter((each) => each !== page).map((each) => `${each}(1)`),
      ...((command && seeAlso[command]) ?? []),
    ],
  });
  return Object.fromEntries([
    ['minitalk.1', manPage(defineMinitalk(), about('minitalk'))],
    ...commandNames.map((name) => [
      `minitalk-${name}.1`,
      manPage(definitions[name](), about(`minitalk-${name}`, name)),
    ]),
  ]);
}

// All commands by name, in the order of the help.
import type { Definition } from './definition.js';

/** @param name as the help has it; `minitalk NAME` unless told */
type Define = (name?: string) => Definition;

export type CommandName =
  | 'server'
  | 'client'
  | 'list'
  | 'dialects'
  | 'watch'
  | 'send'
  | 'guard'
  | 'exam'
  | 'convert'
  | 'plot'
  | 'completion';

export const definitions: Readonly<Record<CommandName, Define>> = {
  server: (name) => (require('./server.js') as typeof import('./server.js')).defineServer(name),
  client: (name) => (require('./client.js') as typeof import('./client.js')).defineClient(name),
  list: (name) => (require('./list.js') as typeof import('./list.js')).defineList(name),
  dialects: (name) =>
    (require('./dialects.js') as typeof import('./dialects.js')).defineDialects(name),
  watch: (name) => (require('./watch.js') as typeof import('./watch.js')).defineWatch(name),
  send: (name) => (require('./send.js') as typeof import('./send.js')).defineSend(name),
  guard: (name) => (require('./guard.js') as typeof import('./guard.js')).defineGuard(name),
  exam: (name) => (require('./exam.js') as typeof import('./exam.js')).defineExam(name),
  convert: (name) => (require('./convert.js') as typeof import('./convert.js')).defineConvert(name),
  plot: (name) => (require('./plot.js') as typeof import('./plot.js')).definePlot(name),
  completion: (name) =>
    (require('./completion.js') as typeof import('./completion.js')).defineCompletion(name),
};

/** Loads none of them. */
export const commandNames = Object.keys(definitions) as CommandName[];

export function isCommandName(name: string): name is CommandName {
  return Object.hasOwn(definitions, name);
}

// What a process runs, in words: native/handler/signals/program.cc does it alike.

/** What an argument 0 calls the program: "node" of "/usr/bin/node", "bash" of the login shell "-bash". */
function calledName(argument: string): string {
  const [folders = ''] = /^[^ ]*\/(?=.)/s.exec(argument) ?? [];
  const name = argument.slice(folders.length);
  return folders === '' && /^-./s.test(name) ? name.slice(1) : name;
}

/** "node server.js"; "dash: sh -c true" where it calls itself by another name than its executable's. */
export function programOf({
  name,
  commandLine: [first = '', ...rest],
}: {
  readonly name: string;
  readonly commandLine: readonly string[];
}): string {
  const called = calledName(first);
  let program = name;
  // "python3" is short for "python3.11".
  if (called.startsWith(name)) program = called;
  else if (!name.startsWith(called)) program = `${name}: ${called}`;
  // A title that is written over the arguments leaves empty ones behind.
  const last = rest.findLastIndex((each) => each !== '');
  return [program, ...rest.slice(0, last + 1)].join(' ');
}

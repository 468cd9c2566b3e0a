// Lines on standard error. Where nobody can read them they are lost, and nothing else is.
let isGuarded = false;

export function say(line: string): void {
  guardStandardError();
  process.stderr.write(`${line}\n`);
}

/** A closed pipe or terminal (EPIPE, EIO) is an `error` event, which would end the process. */
export function guardStandardError(): void {
  if (isGuarded) return;
  isGuarded = true;
  process.stderr.on('error', () => {});
}

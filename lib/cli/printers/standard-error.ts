// Lines on standard error. Where nobody can read them they are lost, and nothing else is.
let isGuarded = false;
/** Of the line that is drawn again and again, characters; 0: there is none. */
let drawn = 0;

export function say(line: string): void {
  eraseLine();
  write(`${line}\n`);
}

/** A line can be drawn again: on a terminal that is not as dumb as it says. */
export function canDraw(): boolean {
  return process.stderr.isTTY && process.env['TERM'] !== 'dumb';
}

/** Draws a line in the place of the one that was drawn before. */
export function drawLine(line: string): void {
  write(`\r${line.padEnd(drawn)}`);
  drawn = line.length;
}

/** What was drawn last stays. */
export function endLine(): void {
  if (drawn > 0) write('\n');
  drawn = 0;
}

/** It is drawn again behind what is said now. */
function eraseLine(): void {
  if (drawn > 0) write(`\r${' '.repeat(drawn)}\r`);
  drawn = 0;
}

function write(text: string): void {
  guardStandardError();
  process.stderr.write(text);
}

/** A closed pipe or terminal (EPIPE, EIO) is an `error` event, which would end the process. */
export function guardStandardError(): void {
  if (isGuarded) return;
  isGuarded = true;
  process.stderr.on('error', () => {});
}

// What a command makes of files, in a file.
import { statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { UsageError } from '../run.js';

/** What is read is not to be lost. */
export function assertOther(files: readonly string[], output: string): void {
  const id = idOf(output);
  const same = files.find((file) => id !== undefined && idOf(file) === id);
  if (same !== undefined) throw new UsageError(`the output is the recording ${same} itself`);
}

function idOf(path: string): string | undefined {
  try {
    const { dev, ino } = statSync(path);
    return `${dev}:${ino}`;
  } catch {
    return undefined; // open(2) will say why
  }
}

/** @throws the error of open(2) or write(2), which names the file */
export async function writeText(path: string, text: string): Promise<void> {
  await writeFile(path, text).catch((error: NodeJS.ErrnoException) => {
    // write(2) knows descriptors alone.
    if (error.syscall === 'write') error.message += ` '${path}'`;
    throw error;
  });
}

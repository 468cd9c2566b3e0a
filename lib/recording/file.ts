// A recording's file, and the one before it: together they stay below a limit.
import { closeSync, renameSync, writeSync } from 'node:fs';
import type { Header, RecordedEvent } from './format.js';
import { openToRecord } from './open.js';

export class RecordingFile {
  readonly #path: string;
  readonly #header: Omit<Header, 'part'>;
  readonly #most: number;
  #fd: number;
  #bytes = 0;
  #part = 0;

  /** @throws as openToRecord */
  constructor(path: string, header: Omit<Header, 'part'>, limit: number) {
    this.#path = path;
    this.#header = header;
    this.#most = Math.floor(limit / 2);
    this.#fd = openToRecord(path);
    this.#writeHeader();
  }

  /** @throws Node's errors of write(2), rename(2); as openToRecord */
  write(events: readonly RecordedEvent[]): void {
    let lines = '';
    for (const event of events) {
      const line = `${JSON.stringify(event)}\n`;
      if (this.#bytes + lines.length + line.length > this.#most) {
        this.#append(lines);
        lines = '';
        this.#turn();
      }
      lines += line;
    }
    this.#append(lines);
  }

  close(): void {
    closeSync(this.#fd);
  }

  #turn(): void {
    renameSync(this.#path, `${this.#path}.1`);
    const fd = openToRecord(this.#path);
    closeSync(this.#fd);
    this.#fd = fd;
    this.#part += 1;
    this.#bytes = 0;
    this.#writeHeader();
  }

  #writeHeader(): void {
    this.#append(`${JSON.stringify({ ...this.#header, part: this.#part })}\n`);
  }

  /** All that stands in a recording is ASCII: a character is a byte. */
  #append(lines: string): void {
    const bytes = Buffer.from(lines, 'latin1');
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#fd, bytes, at);
    this.#bytes += bytes.length;
  }
}

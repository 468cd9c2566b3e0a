// Finds out the dialect of both programs, each for itself.
import type { Dialect } from '../../../dialects/dialect.js';
import type { Programs } from '../programs.js';
import { answeringOf } from './answers.js';
import { driveServer, type ServerRecord } from './drive-server.js';
import { type Framing, framingsOf } from './framings.js';
import { type ClientRecord, recordClient } from './record-client.js';

/** Each framing makes other signals of it. */
export const TEXT = 'Hey, 42!';

export interface Investigation {
  readonly client: ClientRecord;
  readonly server: ServerRecord;
  /** What the server speaks. */
  readonly dialect: Dialect | undefined;
}

export async function investigate(programs: Programs): Promise<Investigation> {
  const framings = framingsOf(TEXT);
  const client = await recordClient(programs, framings, TEXT);
  const server = await driveServer(programs, likelyFirst(framings, client.framing), TEXT);
  const { framing } = server;
  const dialect = framing && {
    ...framing.dialect,
    ...answeringOf(framing.dialect, framing.signals, server.answers),
  };
  return { client, server, dialect };
}

/** How many are tried besides a likely one, and without. */
const FEW = 8;
const MANY = 40;

/** The client's own is most likely its server's. */
function likelyFirst(
  framings: readonly Framing[],
  likely: Framing | undefined,
): readonly Framing[] {
  return likely === undefined ? framings.slice(0, MANY) : [likely, ...framings.slice(0, FEW)];
}

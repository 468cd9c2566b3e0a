// Most commands are called without options, and then nothing parses them.
import { clientWithOptions } from '../../lib/cli/arguments/client.js';
import { clientDefaults } from '../../lib/cli/arguments/client-options.js';
import { serverWithOptions } from '../../lib/cli/arguments/server.js';
import { serverDefaults } from '../../lib/cli/arguments/server-options.js';

test('a server without options is told what the parser would have told it', async () => {
  let told: unknown;
  const code = await serverWithOptions([], 'server', async (options) => {
    told = options;
    return 5;
  });
  expect([code, told]).toEqual([5, serverDefaults]);
});

test('a client without options, too', async () => {
  let told: unknown[] = [];
  const code = await clientWithOptions(['123', 'text'], 'client', async (...given) => {
    told = given;
    return 5;
  });
  expect([code, ...told]).toEqual([5, '123', 'text', clientDefaults]);
});

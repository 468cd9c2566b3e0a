import { start } from '../start.js';

start((args) => {
  const { clientCommand } =
    require('../commands/client.js') as typeof import('../commands/client.js');
  return clientCommand(args, 'minitalk-client');
});

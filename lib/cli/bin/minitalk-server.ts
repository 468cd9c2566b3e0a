import { start } from '../start.js';

start((args) => {
  const { serverCommand } =
    require('../commands/server.js') as typeof import('../commands/server.js');
  return serverCommand(args, 'minitalk-server');
});

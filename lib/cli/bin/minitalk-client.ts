#!/usr/bin/env node
import { clientCommand } from '../commands/client.js';

clientCommand(process.argv.slice(2), 'minitalk-client').then((code) => {
  process.exitCode = code;
});

#!/usr/bin/env node
import { serverCommand } from '../commands/server.js';

serverCommand(process.argv.slice(2), 'minitalk-server').then((code) => {
  process.exitCode = code;
});

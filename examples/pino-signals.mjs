// Signals in a JSON log. A SignalInfo has a `pid` and a `time` of its own, the sender's and the
// handler's: so it goes under a key, or its fields would stand in the line beside pino's.
//
//   node examples/pino-signals.mjs
//   kill -HUP PID      a line
//   kill PID           a line, and the end

import { explain, watch } from 'minitalk/signals';
import pino from 'pino';

// Else a line is on its way for a while, and the process gone before it is written.
const logger = pino(pino.destination({ sync: true }));

// 'default': SIGHUP and SIGTERM still do what they do, once they are logged.
const watcher = watch(['SIGHUP', 'SIGTERM'], { snapshot: true, after: 'default' });
watcher.on('signal', (info) => logger.info({ signal: info }, explain(info)));
watcher.on('gap', (gap) => logger.warn({ gap }, 'signals were lost'));
logger.info('ready');

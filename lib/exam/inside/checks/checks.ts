// What is done for each check.
import type { CheckName } from '../../catalogue.js';
import type { Finding } from '../../finding.js';
import type { Programs } from '../programs.js';
import { crowd, two } from './at-once.js';
import { gone, handlers } from './calls.js';
import { dangerousArguments, nobody, uncaught, wrongCount } from './command-lines.js';
import { acknowledged, dialect, signals } from './dialect.js';
import { clientKilled, serverKilled, stopped, stray } from './disturbances.js';
import { group, outside } from './groups.js';
import { idle } from './idle.js';
import { leaks } from './leaks.js';
import {
  bytes,
  characters,
  empty,
  hundred,
  inARow,
  ofLength,
  pid,
  short,
  unicode,
} from './texts.js';

export const checks: Readonly<Record<CheckName, (programs: Programs) => Promise<Finding>>> = {
  pid,
  arguments: wrongCount,
  short,
  hundred,
  empty,
  characters,
  kilobyte: ofLength(1000, 15_000),
  row: inARow(15),
  'ten-kilobytes': ofLength(10_000, 40_000),
  acknowledged,
  unicode,
  dialect,
  signals,
  bytes,
  'hundred-kilobytes': ofLength(100_000, 100_000),
  thousand: inARow(1000),
  two,
  ten: crowd(10, 30_000),
  nobody,
  uncaught,
  'client-killed': clientKilled,
  'server-killed': serverKilled,
  stopped,
  gone,
  stray,
  idle,
  handlers,
  group,
  outside,
  'dangerous-arguments': dangerousArguments,
  leaks,
};

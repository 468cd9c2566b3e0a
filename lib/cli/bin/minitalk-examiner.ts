// Started by minitalk exam alone, inside the namespace of what it examines.
import { runExaminer } from '../../exam/inside/examiner.js';
import { start } from '../start.js';

start(runExaminer);

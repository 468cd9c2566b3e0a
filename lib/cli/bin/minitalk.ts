import { main } from '../main.js';
import { start } from '../start.js';

start(main);

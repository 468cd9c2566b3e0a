// How long this environment's server has listened: the clock on which its clients are silent.
import { createAttention } from '../peer/attention.js';

export const presence = createAttention();

// The real streets, read once for all tests of a file.

import { createWorld } from '../src/world.ts';

export const montevideo = createWorld('montevideo', 1);

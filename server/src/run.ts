// The process of a gateway node.

import { main } from './main.ts';

await main();

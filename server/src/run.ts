// The process of a gateway node.

import { main } from './main.ts';

// Started by `npm start`: go when it goes, however that happens.
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
await main();

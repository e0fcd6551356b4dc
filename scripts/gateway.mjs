// `npm run gateway`: one node, from the environment. Builds what is stale, then becomes the node.
import { build } from './build.mjs';

try {
  build();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
// Started by `npm start`: go when it goes, however that happens.
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
const { main } = await import('../server/dist/main.js');
await main();

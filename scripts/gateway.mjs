// `npm run gateway`: one node, from the environment. Builds what is stale, then becomes the node.
import { build } from './build.mjs';

try {
  build();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
await import('../server/dist/run.js');

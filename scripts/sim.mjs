// `npm run sim -- --help`: builds what is stale, then becomes the simulator.
import { build } from './build.mjs';

try {
  build();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
await import('../driver-sim/dist/run.js');

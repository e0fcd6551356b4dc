// `npm run score -- --help`: builds what is stale, then becomes the scorecard.
import { build } from './build.mjs';

try {
  build();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
await import('../score/dist/run.js');

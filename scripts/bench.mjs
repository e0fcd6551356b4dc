// `npm run bench -- --help`: builds what is stale, then becomes the benchmark.
import { build } from './build.mjs';

try {
  build();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
await import('../bench/dist/run.js');

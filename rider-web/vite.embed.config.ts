import { fileURLToPath } from 'node:url';
import { mergeConfig } from 'vite';
import pages from './vite.config.ts';

/** `<trip-map>`: one module with its styles inside, beside the pages. */
export default mergeConfig(pages, {
  publicDir: false,
  build: {
    emptyOutDir: false,
    manifest: false,
    assetsInlineLimit: Number.MAX_SAFE_INTEGER, // Leaflet's own pictures, which are not used
    rollupOptions: {
      input: fileURLToPath(new URL('src/embed/index.ts', import.meta.url)),
      output: { entryFileNames: 'trip-map.js' },
    },
  },
});

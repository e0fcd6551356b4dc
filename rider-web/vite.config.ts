import { fileURLToPath } from 'node:url';
import { defaultClientConditions, defineConfig } from 'vite';

export default defineConfig({
  resolve: {
    // The packages' TypeScript, so that a site is built from what is written, not from what was compiled last.
    conditions: ['source', ...defaultClientConditions],
    alias: [
      // The pages are written for React; Preact’s implementation is an eighth of the size (docs/decisions/0008).
      { find: /^react-dom\/client$/, replacement: 'preact/compat/client' },
      { find: /^react\/jsx-runtime$/, replacement: 'preact/jsx-runtime' },
      { find: /^react(-dom)?$/, replacement: 'preact/compat' },
      { find: /^leaflet$/, replacement: fileURLToPath(new URL('src/map/leaflet-parts.js', import.meta.url)) },
    ],
  },
  build: {
    outDir: 'site',
    target: 'es2022',
    // A data: address is not 'self', which is all that the pages' security policy allows.
    assetsInlineLimit: 0,
    manifest: true, // `build-site.mjs` reads what a page is made of, and removes it
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});

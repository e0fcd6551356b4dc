import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  resolve: {
    // The packages' TypeScript, so that a site is built from what is written, not from what was compiled last.
    conditions: ['source', ...defaultClientConditions],
    alias: [
      { find: /^leaflet$/, replacement: fileURLToPath(new URL('src/map/leaflet-parts.js', import.meta.url)) },
    ],
  },
  build: {
    outDir: 'site',
    target: 'es2022',
    // A data: address is not 'self', which is all that the pages' security policy allows.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});

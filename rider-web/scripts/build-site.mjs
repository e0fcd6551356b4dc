// Builds the pages into `site/` and compresses every text file of 1 kB or more beside itself, so that a node has
// nothing to compress while it serves. `site/.built` is written last: it dates the whole build.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const site = join(root, 'site');
const TEXT = /\.(html|js|css|svg|json|webmanifest|txt|map)$/;
const LEAST_BYTES = 1_000;
/** What the pages carry of others' work, whose licences ask to go with it. */
const CARRIED = ['leaflet', 'react', 'react-dom', '@fontsource-variable/inter'];

await build({ root, logLevel: 'warn' });
copyLicences();
await Promise.all(filesIn(site).map(compress));
writeFileSync(join(site, '.built'), '');

function copyLicences() {
  const { resolve } = createRequire(import.meta.url);
  mkdirSync(join(site, 'licences'), { recursive: true });
  for (const name of CARRIED) {
    const licence = join(dirname(resolve(`${name}/package.json`)), 'LICENSE');
    copyFileSync(licence, join(site, 'licences', `${basename(name)}.txt`));
  }
}

async function compress(path) {
  if (!TEXT.test(path) || statSync(path).size < LEAST_BYTES) return;
  const text = readFileSync(path);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
  };
  const [br, gz] = await Promise.all([
    promisify(brotliCompress)(text, { params }),
    promisify(gzip)(text, { level: 9 }),
  ]);
  writeFileSync(`${path}.br`, br);
  writeFileSync(`${path}.gz`, gz);
}

function filesIn(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesIn(path) : [path];
  });
}

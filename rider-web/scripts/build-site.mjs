// Builds the pages into `site/` and compresses every text file of 1 kB or more beside itself, so that a node has
// nothing to compress while it serves. `site/.built` is written last: it dates the whole build.
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
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
/** What needs a network anyway. A rider's page and a driver's phone, whose tunnels are long, open without one. */
const OTHER_PAGES = /^src\/pages\/(?!(trip|drive)\/)/;
/** What the pages carry of others' work, whose licences ask to go with it. */
const CARRIED = ['leaflet', 'preact', '@fontsource-variable/inter'];

await build({ root, logLevel: 'warn' });
await build({ root, configFile: join(root, 'vite.embed.config.ts'), logLevel: 'warn' });
copyLicences();
writeOfflineWorker();
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

/** The shell is what a rider's and a driver's page run and look like, loaded at once or later; other pages need a network. */
function writeOfflineWorker() {
  const manifest = JSON.parse(readFileSync(join(site, '.vite', 'manifest.json'), 'utf8'));
  rmSync(join(site, '.vite'), { recursive: true });
  const names = new Set(['index.html']);
  const add = (source) => {
    const { file, css = [], assets = [], imports = [], dynamicImports = [] } = manifest[source];
    if (names.has(file)) return;
    for (const name of [file, ...css, ...assets]) names.add(name);
    for (const next of imports) add(next);
    for (const next of dynamicImports) if (!OTHER_PAGES.test(next)) add(next);
  };
  add('index.html');
  const shell = [...names].filter((name) => !name.endsWith('.png')).sort();
  const hash = createHash('sha256');
  for (const name of shell) hash.update(name).update(readFileSync(join(site, name)));
  const worker = readFileSync(join(root, 'scripts', 'offline-worker.js'), 'utf8')
    .replace('__SHELL__', JSON.stringify(shell.map((name) => `/${name}`)))
    .replace('__VERSION__', hash.digest('hex').slice(0, 12));
  writeFileSync(join(site, 'sw.js'), worker);
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

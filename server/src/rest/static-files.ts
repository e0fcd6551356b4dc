// The built pages, read into memory once: only what was there at start can be asked for, so no path leads elsewhere.

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { tileOrigin } from '../config/read-config.ts';
import { pagePolicy } from './security-headers.ts';

export interface StaticFiles {
  /** The page or file that a GET or HEAD asks for; `undefined` when it is none of ours. */
  answer(request: Request): Response | undefined;
}

type Encoding = 'br' | 'gzip' | 'identity';

interface StaticFile {
  contentType: string;
  cacheControl: string;
  variants: Partial<Record<Encoding, { bytes: Uint8Array<ArrayBuffer>; etag: string }>>;
}

const CONTENT_TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

const COMPRESSED: Record<string, Encoding> = { '.br': 'br', '.gz': 'gzip' };
/** Smallest first. */
const PREFERRED: readonly Encoding[] = ['br', 'gzip', 'identity'];
/** Their names carry a hash of what is in them. */
const IMMUTABLE = 'public, max-age=31536000, immutable';

const NOT_BUILT = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Tripcast</title>
<h1>The pages are not built</h1><p>This gateway node runs, but it found no pages to serve. In the project's folder, run
<code>npm run build</code>, and start the node again. <a href="/openapi.json">The REST API</a> is there.`;

/**
 * The files below `siteDir`, compressed beforehand where a `.br` or `.gz` lies beside them. Without the folder, the
 * pages say how to build them.
 * @param tileUrl the template of map tiles that pages may load from elsewhere
 */
export function readStaticFiles(siteDir: string, tileUrl: string | undefined): StaticFiles {
  const files = readFiles(siteDir);
  const index = files.get('/index.html') ?? fileOf('/index.html', { identity: Buffer.from(NOT_BUILT) });
  const tiles = tileUrl && tileOrigin(tileUrl);

  function answer(request: Request): Response | undefined {
    if (request.method !== 'GET' && request.method !== 'HEAD') return undefined;
    const { pathname, host } = new URL(request.url);
    const file = isPage(pathname) ? index : files.get(pathname);
    if (!file) return undefined;

    const accepted = acceptedEncodings(request.headers.get('accept-encoding') ?? '');
    const encoding = PREFERRED.find((name) => file.variants[name] && accepted(name)) ?? 'identity';
    const { bytes, etag } = file.variants[encoding]!;
    const headers: Record<string, string> = {
      'content-security-policy': pagePolicy(host, tiles),
      'content-type': file.contentType,
      'cache-control': file.cacheControl,
      etag,
      ...(Object.keys(file.variants).length > 1 && { vary: 'accept-encoding' }),
      ...(encoding !== 'identity' && { 'content-encoding': encoding }),
    };
    if (isKnown(request.headers.get('if-none-match'), etag))
      return new Response(null, { status: 304, headers });
    headers['content-length'] = `${bytes.byteLength}`;
    return new Response(request.method === 'HEAD' ? null : bytes, { headers });
  }

  return { answer };
}

/** The pages are one program that reads the address. */
function isPage(pathname: string): boolean {
  return ['/', '/fleet', '/drive'].includes(pathname) || /^\/trips\/[A-Za-z0-9_-]{1,64}$/.test(pathname);
}

function readFiles(siteDir: string): Map<string, StaticFile> {
  const files = new Map<string, StaticFile>();
  if (!existsSync(siteDir)) return files;
  const names = readdirSync(siteDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath, entry.name));
  const known = new Set(names);
  for (const name of names) {
    if (COMPRESSED[extname(name)] && known.has(name.slice(0, -extname(name).length))) continue;
    const path = `/${relative(siteDir, name).split(sep).join('/')}`;
    const contents: Partial<Record<Encoding, Buffer>> = { identity: readFileSync(name) };
    for (const [extension, encoding] of Object.entries(COMPRESSED)) {
      if (known.has(name + extension)) contents[encoding] = readFileSync(name + extension);
    }
    files.set(path, fileOf(path, contents));
  }
  return files;
}

function fileOf(path: string, contents: Partial<Record<Encoding, Buffer>>): StaticFile {
  const variants: StaticFile['variants'] = {};
  for (const [encoding, bytes] of Object.entries(contents)) {
    const hash = createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
    variants[encoding as Encoding] = { bytes: new Uint8Array(bytes), etag: `"${hash}"` };
  }
  return {
    contentType: CONTENT_TYPES[extname(path)] ?? 'application/octet-stream',
    cacheControl: path.startsWith('/assets/') ? IMMUTABLE : 'no-cache',
    variants,
  };
}

/** What an Accept-Encoding header allows (RFC 9110 §12.5.3); quality counts only where it is 0. */
function acceptedEncodings(header: string): (encoding: Encoding) => boolean {
  const allowed = new Map(
    header.split(',').map((part) => {
      const [name = '', ...parameters] = part.toLowerCase().split(';');
      return [name.trim(), !parameters.some((parameter) => /^\s*q=0(\.0*)?\s*$/.test(parameter))];
    }),
  );
  return (encoding) => allowed.get(encoding) ?? (encoding === 'identity' || (allowed.get('*') ?? false));
}

/** Whether an If-None-Match header names the entity; compared weakly, as RFC 9110 §13.1.2 wants. */
function isKnown(ifNoneMatch: string | null, etag: string): boolean {
  if (ifNoneMatch === null) return false;
  const tags = ifNoneMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes(etag) || tags.includes('*');
}

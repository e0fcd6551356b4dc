import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { StaticFiles } from '../../src/rest/static-files.ts';
import { readStaticFiles } from '../../src/rest/static-files.ts';

const PAGE = '<!doctype html><title>Tripcast</title>';
const SCRIPT = 'console.log("a car");';

let folder: string;
let files: StaticFiles;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tripcast-'));
  mkdirSync(join(folder, 'site', 'assets'), { recursive: true });
  writeFileSync(join(folder, 'secret.txt'), 'not to be seen');
  writeFileSync(join(folder, 'site', '.built'), 'not to be seen');
  writeFileSync(join(folder, 'site', 'index.html'), PAGE);
  writeFileSync(join(folder, 'site', 'city.json'), '{}');
  const script = join(folder, 'site', 'assets', 'app-1a2b.js');
  writeFileSync(script, SCRIPT);
  writeFileSync(`${script}.br`, brotliCompressSync(SCRIPT));
  writeFileSync(`${script}.gz`, gzipSync(SCRIPT));
  files = readStaticFiles(join(folder, 'site'), 'https://{s}.tile.example/{z}/{x}/{y}.png');
});
afterAll(() => rmSync(folder, { recursive: true }));

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  files.answer(new Request(`http://node.example${path}`, { method, headers }));
const header = (response: Response | undefined, name: string) => response?.headers.get(name);
const SCRIPT_PATH = '/assets/app-1a2b.js';

test.each(['/', '/index.html', '/trips/t1', '/trips/t1?x=1'])('%s is the page', async (path) => {
  const response = get(path);
  expect(await response?.text()).toBe(PAGE);
  expect(header(response, 'content-type')).toBe('text/html; charset=utf-8');
  expect(header(response, 'cache-control')).toBe('no-cache');
});

test('what carries a hash in its name is kept for ever, the rest is asked for again', () => {
  expect(header(get(SCRIPT_PATH), 'cache-control')).toBe('public, max-age=31536000, immutable');
  expect(header(get('/city.json'), 'cache-control')).toBe('no-cache');
  expect(header(get('/city.json'), 'content-type')).toBe('application/json');
});

describe('compression made at build time', () => {
  test.each([
    ['gzip, deflate, br', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['*', 'br'],
    ['br;q=0.0, *;q=0', null],
    ['zstd', null],
    ['', null],
  ])('Accept-Encoding %p gets %p', async (accepted, encoding) => {
    const response = get(SCRIPT_PATH, { 'accept-encoding': accepted })!;
    expect(header(response, 'content-encoding')).toBe(encoding);
    expect(header(response, 'vary')).toMatch(/accept-encoding/);
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(header(response, 'content-length')).toBe(`${bytes.length}`);
    const decoded =
      encoding === 'br' ? brotliDecompressSync(bytes) : encoding === 'gzip' ? gunzipSync(bytes) : bytes;
    expect(decoded.toString()).toBe(SCRIPT);
  });

  test('each has a strong ETag of its own', () => {
    const tags = ['br', 'gzip', ''].map((encoding) =>
      header(get(SCRIPT_PATH, { 'accept-encoding': encoding }), 'etag'),
    );
    for (const tag of tags) expect(tag).toMatch(/^"[\w-]+"$/);
    expect(new Set(tags).size).toBe(3);
  });
});

test('what the browser has already is 304, without a body', async () => {
  const etag = header(get('/'), 'etag')!;
  for (const known of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
    const response = get('/', { 'if-none-match': known })!;
    expect(response.status).toBe(304);
    expect(await response.text()).toBe('');
    expect(header(response, 'etag')).toBe(etag);
  }
  expect(get('/', { 'if-none-match': '"x"' })?.status).toBe(200);
});

test('HEAD has the headers of GET and no body', async () => {
  const response = get('/', {}, 'HEAD');
  expect(header(response, 'content-length')).toBe(`${PAGE.length}`);
  expect(await response?.text()).toBe('');
});

test.each([
  '/secret.txt',
  '/../secret.txt',
  '/%2e%2e/secret.txt',
  '/..%2fsecret.txt',
  '/assets/..%5c..%5csecret.txt',
  '/assets/../../secret.txt',
  '/.built',
  '/assets',
  '/assets/',
  '/trips/',
  '/trips/a/b',
  '/assets/app-1a2b.js.br',
  '/%00',
  '//secret.txt',
])('%s is none of ours', (path) => {
  expect(get(path)).toBeUndefined();
});

test('nothing is answered to a POST', () => {
  expect(get('/', {}, 'POST')).toBeUndefined();
});

test('a page may load nothing but its own and the tiles, connect to its own node alone, and may not be framed', () => {
  const policy = header(get('/'), 'content-security-policy');
  expect(policy?.split('; ')).toEqual([
    "default-src 'self'",
    "img-src 'self' data: https://*.tile.example",
    "connect-src 'self' ws://node.example wss://node.example",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ]);
});

test('without built pages, the page says how to build them', async () => {
  const empty = readStaticFiles(join(folder, 'nowhere'), undefined);
  const response = empty.answer(new Request('http://node.example/'));
  expect(await response?.text()).toContain('npm run build');
});

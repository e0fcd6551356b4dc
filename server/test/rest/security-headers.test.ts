import { expect, test } from '@jest/globals';
import { Hono } from 'hono';
import { pagePolicy, securityHeaders } from '../../src/rest/security-headers.ts';
import { restNode } from './rest-node.ts';

const PAGES: [string, string, number][] = [
  ['GET', '/', 200],
  ['GET', '/trips/t1', 200],
];
const CALLS: [string, string, number][] = [
  ...PAGES,
  ['GET', '/nowhere', 404],
  ['GET', '/healthz', 200],
  ['GET', '/metrics', 200],
  ['GET', '/openapi.json', 200],
  ['GET', '/config.json', 200],
  ['GET', '/v1/trips', 401],
  ['POST', '/v1/trips', 401],
  ['OPTIONS', '/v1/trips', 404],
];

test.each(CALLS)('%s %s (%i) is not sniffed, framed or named to others', async (method, path, status) => {
  const node = await restNode();
  const { status: answered, headers } = await node.call(method, path);
  expect(answered).toBe(status);
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('referrer-policy')).toBe('no-referrer');
  expect(headers.get('permissions-policy')).toContain('geolocation=(self)');
  expect(headers.get('strict-transport-security')).toBeNull();
  const policy = headers.get('content-security-policy');
  expect(policy).toContain("frame-ancestors 'none'");
  const isPage = PAGES.some(([, page]) => page === path);
  expect(policy).toContain(`default-src ${isPage ? "'self'" : "'none'"}`);
});

test.each([
  ['https://node.example/', {}, 'max-age=31536000'],
  ['http://node.example/', { 'x-forwarded-proto': 'https' }, 'max-age=31536000'],
  ['http://node.example/', { 'x-forwarded-proto': 'http' }, null],
])('whoever came to %s with %j by TLS comes by TLS only: %p', async (url, headers, told) => {
  const app = new Hono().use(securityHeaders()).get('/', (c) => c.text('here'));
  const answer = await app.request(url, { headers });
  expect(answer.headers.get('strict-transport-security')).toBe(told);
});

test.each(["node.example' *", 'a;script-src *', 'a b', ''])('a host %p gets into no policy', (host) => {
  expect(pagePolicy(host, undefined)).toContain("connect-src 'self';");
});

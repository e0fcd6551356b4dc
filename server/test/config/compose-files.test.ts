// What a node can be told, docker-compose.yml passes on, and .env.example explains.
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { readConfig } from '../../src/config/read-config.ts';

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const compose = read('docker-compose.yml');
const example = read('.env.example');

/** In a container these are the image's business, the balancer's, or different for each node. */
const SETTLED = [
  'HOST',
  'PORT',
  'TRIPCAST_OWN_PORT',
  'TLS_CERT_FILE',
  'TLS_KEY_FILE',
  'TRIPCAST_SITE_DIR',
  'TRIPCAST_NODE',
  'TRIPCAST_TRUSTED_PROXY_HOPS',
];

/** Every variable that a node asks its environment for. */
function variablesOfANode(): string[] {
  const asked = new Set<string>();
  const environment = new Proxy<Record<string, string>>(
    {},
    { get: (_, name) => void asked.add(String(name)) },
  );
  readConfig(environment, { root: '/srv/tripcast', nodeName: 'node', start: '1' });
  return [...asked];
}

/** Names at the beginning of a line of settings, commented out or not. */
const explained = new Set([...example.matchAll(/^#?([A-Z][A-Z\d_]*)=/gm)].map(([, name]) => name!));

test('every variable of a node reaches it through docker-compose.yml and is explained in .env.example', () => {
  const [, gateway] = /^ {2}gateway:\n([\s\S]*?)^ {2}\w/m.exec(compose)!;
  const passed = new Set([...gateway!.matchAll(/^ {6}([A-Z][A-Z\d_]*):/gm)].map(([, name]) => name!));
  const variables = variablesOfANode();
  expect(variables).toEqual(expect.arrayContaining(SETTLED));
  const open = variables.filter((name) => !SETTLED.includes(name));
  expect(open).toContain('TRIPCAST_JWT_SECRET_2');
  expect(open.filter((name) => !passed.has(name))).toEqual([]);
  expect(open.filter((name) => !explained.has(name))).toEqual([]);
  expect([...passed].filter((name) => !variables.includes(name))).toEqual([]);
});

test('every variable of the compose files is explained in .env.example, and every one explained there is used', () => {
  const files = [compose, read('docker-compose.sentinel.yml'), read('docker-compose.cluster.yml')].join('\n');
  const used = new Set([
    ...[...files.matchAll(/\$\{([A-Z\d_]+)/g)].map(([, name]) => name!),
    ...[...files.matchAll(/^ {6}([A-Z][A-Z\d_]*):$/gm)].map(([, name]) => name!),
    'COMPOSE_FILE', // compose's own, as the next one
    'COMPOSE_PROFILES',
  ]);
  expect([...used].filter((name) => !explained.has(name))).toEqual([]);
  expect([...explained].filter((name) => !used.has(name))).toEqual([]);
});

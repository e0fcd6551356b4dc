import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createRedisBackend } from '../../src/redis/redis-backend.ts';
import { redisOptions } from './describe-backend.ts';
import { Ear } from './ear.ts';
import { freePort, RedisServer } from './redis-server.ts';
import { until } from './until.ts';

const run = promisify(execFile);

describe('Redis behind TLS, with an authority of its own', () => {
  let certificates: string;
  let ca: string;
  const closing: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    certificates = await mkdtemp(join(tmpdir(), 'tripcast-tls-'));
    const openssl = (...args: string[]) => run('openssl', args, { cwd: certificates });
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout'];
    await openssl('req', '-x509', ...key, 'ca.key', '-out', 'ca.pem', '-subj', '/CN=Test CA', '-days', '2');
    await openssl(
      ...['req', '-x509', ...key, 'redis.key', '-out', 'redis.pem', '-subj', '/CN=redis', '-days', '2'],
      ...['-CA', 'ca.pem', '-CAkey', 'ca.key', '-addext', 'subjectAltName=IP:127.0.0.1'],
    );
    ca = await readFile(join(certificates, 'ca.pem'), 'utf8');
  });
  afterAll(async () => {
    for (const close of closing) await close();
    await rm(certificates, { recursive: true });
  });

  /** What has a server speak TLS on that port, also with others of its kind. */
  function tlsSettings(port: number): [name: string, value: string][] {
    return [
      ['tls-port', String(port)],
      ['tls-cert-file', join(certificates, 'redis.pem')],
      ['tls-key-file', join(certificates, 'redis.key')],
      ['tls-ca-cert-file', join(certificates, 'ca.pem')],
      ['tls-auth-clients', 'no'],
      ['tls-replication', 'yes'],
    ];
  }

  /** A server with a port for TLS beside the plain one. */
  async function aServer(...settings: string[]): Promise<{ server: RedisServer; tlsPort: number }> {
    const tlsPort = await freePort();
    const tls = tlsSettings(tlsPort).flatMap(([name, value]) => [`--${name}`, value]);
    const server = await RedisServer.start(...tls, ...settings);
    closing.push(() => server.close());
    return { server, tlsPort };
  }

  test.each<[string, () => Promise<string>]>([
    ['one server', async () => `rediss://127.0.0.1:${(await aServer()).tlsPort}`],
    [
      'Sentinel',
      async () => {
        const { tlsPort } = await aServer();
        const sentinelPort = await freePort();
        const sentinel = await RedisServer.prepareSentinel([
          `sentinel monitor city 127.0.0.1 ${tlsPort} 1`,
          ...tlsSettings(sentinelPort).map((line) => line.join(' ')),
        ]);
        await sentinel.start();
        closing.push(() => sentinel.close());
        return `rediss+sentinel://127.0.0.1:${sentinelPort}/city`;
      },
    ],
    [
      'Cluster',
      async () => {
        const cluster = ['--cluster-enabled', 'yes', '--tls-cluster', 'yes', '--cluster-port'];
        const { server, tlsPort } = await aServer(...cluster, String(await freePort()));
        await server.call('CLUSTER', 'ADDSLOTSRANGE', 0, 16_383);
        await until(async () => String(await server.call('CLUSTER', 'INFO')).includes('cluster_state:ok'));
        return `rediss+cluster://127.0.0.1:${tlsPort}`;
      },
    ],
  ])('%s is used with its authority, and not without', async (_kind, start) => {
    const url = await start();
    const backend = await createRedisBackend(redisOptions(url, { ca }));
    closing.unshift(() => backend.close());
    expect(backend.unavailableBecause()).toBeUndefined();
    const ear = await Ear.on(backend, 'live:{x}');
    await backend.bus.publish('live:{x}', 'in private');
    expect(await ear.nextText()).toBe('in private');

    const stranger = await createRedisBackend(redisOptions(url, { timing: { replyDeadlineMs: 500 } }));
    closing.unshift(() => stranger.close());
    expect(stranger.unavailableBecause()).toMatch(/certificate/);
  });
});

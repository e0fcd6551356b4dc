import { describe, expect, test } from '@jest/globals';
import { parseRedisUrl } from '../../src/redis/redis-url.ts';

const PLAIN = { database: 0, tls: false };

describe('where Redis is', () => {
  test('one server', () => {
    expect(parseRedisUrl('redis://localhost')).toEqual({
      kind: 'standalone',
      hosts: [{ host: 'localhost', port: 6379 }],
      access: PLAIN,
    });
    expect(parseRedisUrl('rediss://user:pass@redis.example:6380/2')).toEqual({
      kind: 'standalone',
      hosts: [{ host: 'redis.example', port: 6380 }],
      access: { username: 'user', password: 'pass', database: 2, tls: true },
    });
  });

  test('a master that sentinels know by name', () => {
    expect(parseRedisUrl('redis+sentinel://:p%40ss@a,b:5000,[::1]:7/city/3')).toEqual({
      kind: 'sentinel',
      hosts: [
        { host: 'a', port: 26_379 },
        { host: 'b', port: 5_000 },
        { host: '::1', port: 7 },
      ],
      access: { password: 'p@ss', database: 3, tls: false },
      masterName: 'city',
      sentinelAccess: PLAIN,
    });
  });

  test('sentinels may have a user of their own', () => {
    const url = 'rediss+sentinel://u:p@a/city?sentinelUser=watch&sentinelPassword=p%26q';
    expect(parseRedisUrl(url)).toMatchObject({
      access: { username: 'u', password: 'p', tls: true },
      sentinelAccess: { username: 'watch', password: 'p&q', database: 0, tls: true },
    });
  });

  test('a cluster, of which some nodes are named', () => {
    expect(parseRedisUrl('rediss+cluster://gate:a:b@a:7000,b')).toEqual({
      kind: 'cluster',
      hosts: [
        { host: 'a', port: 7_000 },
        { host: 'b', port: 6_379 },
      ],
      access: { username: 'gate', password: 'a:b', database: 0, tls: true },
    });
  });

  test.each([
    '',
    'localhost:6379',
    'http://localhost',
    'redis://',
    'redis://a,b',
    'redis://a/x',
    'redis://a/1/2',
    'redis://a:0',
    'redis://a:65536',
    'redis://a:b:c',
    'redis+sentinel://a,b',
    'redis+sentinel://a/',
    'redis+cluster://a,/',
    'redis+cluster://a/1',
    'redis+ring://a',
  ])('%j is nowhere', (url) => {
    expect(parseRedisUrl(url)).toBeUndefined();
  });
});

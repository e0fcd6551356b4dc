import { describe, expect, test } from '@jest/globals';
import { judgeServer } from '../../src/redis/server-check.ts';

/** What INFO says of a server that keeps its promises, but for some lines. */
function info(lines: Record<string, string> = {}): string {
  const all = {
    redis_version: '7.0.15',
    aof_enabled: '1',
    role: 'master',
    maxmemory_policy: 'noeviction',
    ...lines,
  };
  const text = Object.entries(all).map(([name, value]) => `${name}:${value}`);
  return ['# Server', ...text, ''].join('\r\n');
}

describe('what a Redis server says of itself', () => {
  test('a durable one of version 7 or later is fine', () => {
    expect(judgeServer(info())).toMatchObject({
      fault: undefined,
      warnings: [],
      isReplica: false,
      replicas: 0,
    });
    expect(judgeServer(info({ redis_version: '10.2.0' })).fault).toBeUndefined();
  });

  test.each(['6.2.14', '5.0.0', 'unstable'])('version %s has no sharded channels', (version) => {
    expect(judgeServer(info({ redis_version: version })).fault).toContain(version);
  });

  test('[P1] without a file and without replicas it loses what was acknowledged', () => {
    expect(judgeServer(info({ aof_enabled: '0' })).warnings).toEqual([
      expect.stringContaining('appendonly yes'),
    ]);
    expect(
      judgeServer(info({ aof_enabled: '0', slave0: 'ip=127.0.0.1,port=6380,state=online,offset=14,lag=0' }))
        .warnings,
    ).toEqual([]);
  });

  test('[P1] a replica that fetches everything is none yet; one that hangs is one, but no prompt one', () => {
    const replica = (state: string, lag: number) =>
      `ip=127.0.0.1,port=6380,state=${state},offset=14,lag=${lag}`;
    const slave0 = replica('online', 0);
    const slave1 = replica('online', 4);
    const slave2 = replica('wait_bgsave', 0);
    expect(judgeServer(info({ slave0, slave1, slave2 }))).toMatchObject({ replicas: 2, promptReplicas: 1 });
  });

  test('one that evicts keys loses trips', () => {
    const { warnings } = judgeServer(info({ maxmemory_policy: 'volatile-lru' }));
    expect(warnings).toEqual([expect.stringContaining('volatile-lru')]);
  });
});

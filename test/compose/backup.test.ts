// A backup that was never restored is none.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ComposeStack } from '../support/compose-stack.ts';

const MINUTES = 60_000;
const TRIPS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

const KINDS = [
  { kind: 'one server', files: 'docker-compose.yml', servers: ['redis'] },
  {
    kind: 'a Cluster',
    files: 'docker-compose.yml:docker-compose.cluster.yml',
    servers: ['redis', 'redis-2', 'redis-3', 'redis-4', 'redis-5', 'redis-6'],
  },
];

describe.each(KINDS)('of $kind', ({ files, servers }) => {
  let stack: ComposeStack;

  beforeAll(async () => {
    stack = await ComposeStack.up('backup', servers, { gateways: 0, env: { COMPOSE_FILE: files } });
  }, 2 * MINUTES);

  afterAll(() => stack?.close(), MINUTES);

  const redis = (command: string) =>
    stack.compose(
      'exec',
      '-T',
      'redis',
      'sh',
      '-c',
      `REDISCLI_AUTH=$REDIS_OPERATOR_PASSWORD redis-cli -c --user operator ${command}`,
    );

  test(
    'what was kept is there again after all volumes were lost, and goes on being kept',
    async () => {
      for (const trip of TRIPS) await redis(`xadd 'track:{${trip}}' 1800000000000-0 f fix-of-${trip}`);
      const backups = await Promise.all(
        servers.map((server) => stack.output('exec', '-T', server, '/etc/tripcast/backup.sh')),
      );
      await redis(`xadd 'track:{a}' 1800000001000-0 f later`);
      await stack.compose('down', '--volumes', '--timeout', '5');

      for (const [index, server] of servers.entries())
        await stack.input(backups[index]!, 'run', '--rm', '-T', server, '/etc/tripcast/start.sh', 'restore');
      await stack.compose('up', '--detach', '--wait', ...servers);
      for (const trip of TRIPS)
        expect(await redis(`xrange 'track:{${trip}}' - +`)).toBe(`1800000000000-0\nf\nfix-of-${trip}`);
      await redis(`xadd 'track:{a}' 1800000002000-0 f again`);
      await stack.compose('restart', ...servers);
      await stack.compose('up', '--detach', '--wait', ...servers);
      expect(await redis(`xlen 'track:{a}'`)).toBe('2');
    },
    3 * MINUTES,
  );
});

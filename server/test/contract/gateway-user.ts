import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RedisServer } from './redis-server.ts';

/** All names of these tests begin so. */
export const TEST_PREFIX = 'test-';

const DEPLOY = fileURLToPath(new URL('../../../deploy/redis/', import.meta.url));

/** The file of users that operators are given for their sentinels. */
export const SENTINEL_USERS = join(DEPLOY, 'sentinel-users.acl');

/** User and password of the files that operators are given, as in a URL. */
export const GATEWAY = 'gateway:change-me';

/** The settings that give a server the users of `deploy/redis/users.acl`, its names behind the tests' prefix. */
export async function gatewayUser(server: Pick<RedisServer, 'directory'>): Promise<string[]> {
  const users = await readFile(join(DEPLOY, 'users.acl'), 'utf8');
  const file = join(server.directory, 'users.acl');
  await writeFile(
    file,
    users.replaceAll(/ [~&]/g, (sign) => `${sign}${TEST_PREFIX}*:`),
  );
  return ['--aclfile', file];
}

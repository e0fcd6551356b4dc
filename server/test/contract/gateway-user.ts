import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RedisServer } from './redis-server.ts';

/** All names of these tests begin so. */
export const TEST_PREFIX = 'test-';

const USERS = fileURLToPath(new URL('../../../deploy/redis/users.acl', import.meta.url));

/** User and password of the file that operators are given, as in a URL. */
export const GATEWAY = 'gateway:change-me';

/** The settings that give a server the users of `deploy/redis/users.acl`, its names behind the tests' prefix. */
export async function gatewayUser(server: Pick<RedisServer, 'directory'>): Promise<string[]> {
  const users = await readFile(USERS, 'utf8');
  const file = join(server.directory, 'users.acl');
  await writeFile(
    file,
    users.replaceAll(/ [~&]/g, (sign) => `${sign}${TEST_PREFIX}*:`),
  );
  return ['--aclfile', file];
}

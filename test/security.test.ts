// SECURITY.md names a test for each defence: each of them is there.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const root = fileURLToPath(new URL('..', import.meta.url));
const FOLDERS: Record<string, string> = { i: 'test/integration/', s: 'server/test/', e2e: 'test/e2e/' };

test('SECURITY.md names tests that there are', () => {
  const page = readFileSync(`${root}SECURITY.md`, 'utf8');
  const named = [...page.matchAll(/`(i|s|e2e)\/([\w/-]+)`/g)].map(
    ([, folder, file]) => FOLDERS[folder!]! + file,
  );
  expect(named.length).toBeGreaterThan(30);
  const missing = named.filter((file) => !existsSync(`${root}${file}.test.ts`) && !existsSync(root + file));
  expect(missing).toEqual([]);
});

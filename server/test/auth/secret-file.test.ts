import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readOrMakeSecret } from '../../src/auth/secret-file.ts';

let root: string;
let file: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tripcast-'));
  file = join(root, '.tripcast', 'secret');
});
afterEach(() => rmSync(root, { recursive: true }));

test('a secret is made once, for its owner only, and is the same for all that read it', () => {
  const secret = readOrMakeSecret(file);
  expect(secret.length).toBeGreaterThanOrEqual(32);
  expect(readOrMakeSecret(file)).toBe(secret);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(root, '.tripcast'))).toEqual(['secret']);
});

test('two projects have different secrets', () => {
  expect(readOrMakeSecret(file)).not.toBe(readOrMakeSecret(join(root, 'other', 'secret')));
});

test('a file without a secret in it says what to do', () => {
  mkdirSync(join(root, '.tripcast'));
  writeFileSync(file, '\n');
  expect(() => readOrMakeSecret(file)).toThrow(/delete it, or set TRIPCAST_JWT_SECRET/);
});

test('a place where nothing can be written says what to do', () => {
  writeFileSync(join(root, 'file'), '');
  expect(() => readOrMakeSecret(join(root, 'file', 'secret'))).toThrow(/TRIPCAST_JWT_SECRET/);
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { jwtVerify } from 'jose';
import { readSecret, tokensFrom } from '../src/tokens.ts';

const SECRET = 'a secret that is long enough for HS256';

describe('tokens', () => {
  const verified = async (token: string) => {
    const { payload } = await jwtVerify(token, new TextEncoder().encode(SECRET), {
      audience: 'tripcast',
      algorithms: ['HS256'],
      requiredClaims: ['iat', 'exp'],
    });
    return payload;
  };

  test('say who may do what, and end', async () => {
    const tokens = tokensFrom(SECRET);
    expect(await verified(await tokens.operator())).toMatchObject({ role: 'operator' });
    const driver = await verified(await tokens.driver('sim-1-1'));
    expect(driver).toMatchObject({ role: 'driver', vehicle: 'sim-1-1' });
    expect(await verified(await tokens.rider('t-1'))).toMatchObject({ role: 'rider', trip: 't-1' });
    expect(driver.exp! - driver.iat!).toBe(12 * 3_600);
  });
});

describe('the secret', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tripcast-'));
  const file = pathToFileURL(join(folder, 'secret'));

  test('is the environment’s, else the file’s, else there is none', () => {
    try {
      expect(readSecret({}, file)).toBeUndefined();
      writeFileSync(file, 'from the file\n');
      expect(readSecret({}, file)).toBe('from the file');
      expect(readSecret({ TRIPCAST_JWT_SECRET: 'from outside' }, file)).toBe('from outside');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

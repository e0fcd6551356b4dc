// The secret of a node that was given none: made by whoever comes first, read by all. For one machine only.

import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** What a secret file must hold at least, characters. */
const SECRET_CHARACTERS = 32;

/**
 * The secret in `file`, made (mode 0600) when there is none. Two processes that start at once read the same secret.
 * @throws Error saying what to do when the file can't be read or made, or holds no secret
 */
export function readOrMakeSecret(file: string): string {
  const secret = read(file) ?? make(file);
  if (secret.length < SECRET_CHARACTERS) {
    throw new Error(`${file} holds no secret: delete it, or set TRIPCAST_JWT_SECRET`);
  }
  return secret;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`${file} cannot be read; set TRIPCAST_JWT_SECRET instead`, { cause: error });
  }
}

function make(file: string): string {
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(draft, `${randomBytes(48).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    throw new Error(`${file} cannot be made; set TRIPCAST_JWT_SECRET instead`, { cause: error });
  }
  try {
    linkSync(draft, file); // whole or not at all, and never over another's
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
  return read(file) ?? '';
}

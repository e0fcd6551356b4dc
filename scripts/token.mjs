// Prints one token for a node of this machine, or for the nodes that share TRIPCAST_JWT_SECRET.
import { parseArgs } from 'node:util';
import { build } from './build.mjs';

const USAGE = `npm run token -- --role operator
npm run token -- --role driver --vehicle ID
npm run token -- --role rider --trip ID

  --expires 1h   how long it lives: a number and s, m, h or d (default 1h, an operator's longest)

Prints the JWT alone. It is signed with TRIPCAST_JWT_SECRET, or, without it, with the secret in .tripcast/secret, which
is made when it is missing.`;

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

class UsageError extends Error {}

function readArguments() {
  const { values } = parse();
  if (values.help) return undefined;
  const { role, vehicle, trip, expires } = values;
  const [, amount, unit] = /^(\d{1,6})([smhd])$/.exec(expires) ?? [];
  if (!amount || Number(amount) === 0)
    throw new UsageError(`--expires must be like 30m, 1h or 7d: "${expires}"`);
  const needed = { operator: [], driver: ['vehicle'], rider: ['trip'] }[role];
  if (!needed) throw new UsageError(`--role must be operator, driver or rider${role ? `: "${role}"` : ''}`);
  for (const name of ['vehicle', 'trip']) {
    if (needed.includes(name) && values[name] === undefined)
      throw new UsageError(`--role ${role} needs --${name} ID`);
    if (!needed.includes(name) && values[name] !== undefined)
      throw new UsageError(`--${name} is not for --role ${role}`);
  }
  const lifeMs = Number(amount) * UNIT_MS[unit];
  if (role === 'operator' && lifeMs > UNIT_MS.h)
    throw new UsageError(`nodes take an operator's token for an hour at the most: "--expires ${expires}"`);
  return { role, vehicle, trip, lifeMs };
}

function parse() {
  const text = { type: 'string' };
  try {
    return parseArgs({
      options: {
        role: text,
        vehicle: text,
        trip: text,
        expires: { ...text, default: '1h' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(error.message);
  }
}

async function makeToken({ role, vehicle, trip, lifeMs }) {
  build();
  const { tripId, vehicleId } = await import('@tripcast/protocol');
  const { readConfig } = await import('../server/dist/config/read-config.js');
  const { readOrMakeSecret } = await import('../server/dist/auth/secret-file.js');
  const { createTokens } = await import('../server/dist/auth/tokens.js');

  const { TRIPCAST_JWT_SECRET, TRIPCAST_JWKS_URL } = process.env;
  const { auth } = readConfig({ TRIPCAST_JWT_SECRET, TRIPCAST_JWKS_URL });
  const secret = auth.secret ?? (auth.secretFile && readOrMakeSecret(auth.secretFile));
  if (!secret)
    throw new Error('with TRIPCAST_JWKS_URL alone tokens come from your own issuer; set TRIPCAST_JWT_SECRET');
  const tokens = createTokens({ secrets: [secret], outsideKeys: undefined, clock: Date });
  const issuedAtMs = Date.now();
  return tokens.sign({
    role,
    ...(vehicle !== undefined && { vehicle: vehicleId(vehicle) }),
    ...(trip !== undefined && { trip: tripId(trip) }),
    issuedAtMs,
    expiresAtMs: issuedAtMs + lifeMs,
  });
}

try {
  const wanted = readArguments();
  console.log(wanted ? await makeToken(wanted) : USAGE);
} catch (error) {
  console.error(error instanceof UsageError ? `${error.message}\n\n${USAGE}` : error.message);
  process.exitCode = 1;
}

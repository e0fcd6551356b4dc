import type { Config } from './config.ts';

const HIDDEN = 'hidden';

/** What a node was told, by variable, fit to be printed: secrets and passwords are hidden. */
export function describeConfig(config: Config): Record<string, string | number> {
  const described: Record<string, string | number | undefined> = {
    HOST: config.host,
    PORT: config.port,
    TRIPCAST_OWN_PORT: config.ownPort,
    REDIS_URL: config.redisUrl === undefined ? '(embedded)' : withoutRedisPassword(config.redisUrl),
    REDIS_CA_FILE: config.redisCaFile,
    TRIPCAST_JWT_SECRET: config.auth.secret === undefined ? undefined : HIDDEN,
    TRIPCAST_JWT_SECRET_2: config.auth.otherSecret === undefined ? undefined : HIDDEN,
    TRIPCAST_JWKS_URL: config.auth.jwksUrl && withoutPassword(config.auth.jwksUrl),
    'secret file': config.auth.secretFile,
    TRIPCAST_ORIGINS: config.origins.join(',') || undefined,
    TRIPCAST_PREFIX: config.prefix || undefined,
    TLS_CERT_FILE: config.tls?.certFile,
    TLS_KEY_FILE: config.tls?.keyFile,
    TRIPCAST_DEMO: config.demo === 'off' ? undefined : config.demo === 'public' ? 'public' : '1',
    TILE_URL: config.tiles.url,
    TILE_ATTRIBUTION: config.tiles.attribution,
    TRIPCAST_SITE_DIR: config.siteDir,
    TRIPCAST_NODE: config.nodeId,
    LOG_LEVEL: config.logLevel,
    TRIPCAST_DRAIN_MS: config.drainMs,
    TRIPCAST_REBALANCE: config.rebalances ? 'on' : 'off',
    TRIPCAST_GATHER_MS: config.gatherMs,
    TRIPCAST_TRUSTED_PROXY_HOPS: config.proxyHops || undefined,
    limits: Object.entries(config.limits)
      .map(([name, value]) => `${name}=${value}`)
      .join(' '),
  };
  return Object.fromEntries(
    Object.entries(described).filter((entry): entry is [string, string | number] => entry[1] !== undefined),
  );
}

function withoutPassword(text: string): string {
  const url = new URL(text);
  if (url.password !== '') url.password = HIDDEN;
  // Query values may be keys, too.
  for (const name of [...url.searchParams.keys()]) url.searchParams.set(name, HIDDEN);
  return url.href;
}

/** Several hosts make no URL that `URL` can read. */
function withoutRedisPassword(text: string): string {
  return text
    .replace(/^([a-z+]+:\/\/[^:@/]*):[^@/]*@/, `$1:${HIDDEN}@`)
    .replace(/([?&][^=&]*=)[^&]*/g, `$1${HIDDEN}`);
}

// Where Redis is, in one line:
//   redis://[user:password@]host[:6379][/database]
//   redis+sentinel://[user:password@]host[:26379],host,…/master-name[/database][?sentinelUser=…&sentinelPassword=…]
//   redis+cluster://[user:password@]host[:6379],host,…
// and the same with `rediss` for TLS. What is special in a name or password is percent-encoded.

export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

/** As whom to come, and how. */
export interface Access {
  readonly username?: string;
  readonly password?: string;
  readonly database: number;
  readonly tls: boolean;
}

export type RedisPlace = {
  /** The server itself, the sentinels, or some nodes of the cluster. */
  readonly hosts: readonly ServerAddress[];
  /** To the servers that keep our data. */
  readonly access: Access;
} & (
  | { readonly kind: 'standalone' | 'cluster' }
  | {
      readonly kind: 'sentinel';
      /** What the sentinels call the master. */
      readonly masterName: string;
      readonly sentinelAccess: Access;
    }
);

const REDIS_PORT = 6_379;
const SENTINEL_PORT = 26_379;
const FORM =
  /^(?<scheme>rediss?)(?:\+(?<kind>sentinel|cluster))?:\/\/(?:(?<credentials>[^@/?#]*)@)?(?<hosts>[^@/?#]+)(?:\/(?<path>[^?#]*))?(?:\?(?<query>[^#]*))?$/;

/** `undefined` for what is none. */
export function parseRedisUrl(text: string): RedisPlace | undefined {
  const parts = FORM.exec(text)?.groups;
  if (!parts) return undefined;
  const kind = (parts.kind ?? 'standalone') as RedisPlace['kind'];
  const hosts = parts.hosts!.split(',').map((host) => parseHost(host, kind));
  if (!areAllThere(hosts) || (kind === 'standalone' && hosts.length > 1)) return undefined;

  const path = (parts.path ?? '').split('/').map(decode);
  const masterName = kind === 'sentinel' ? path.shift() : undefined;
  const database = kind === 'cluster' ? 0 : Number(path.shift() ?? 0);
  if (
    path.some((rest) => rest !== '' || kind === 'standalone') ||
    !Number.isSafeInteger(database) ||
    masterName === ''
  )
    return undefined;

  const tls = parts.scheme === 'rediss';
  const [username, ...password] = (parts.credentials ?? '').split(':');
  const access = { ...credentials(username, password.join(':')), database, tls };
  if (masterName === undefined) return { kind: kind as 'standalone' | 'cluster', hosts, access };
  const query = new URLSearchParams(parts.query);
  const own = credentials(query.get('sentinelUser') ?? '', query.get('sentinelPassword') ?? '');
  return { kind: 'sentinel', hosts, access, masterName, sentinelAccess: { ...own, database: 0, tls } };
}

/** As `host:port`, IPv6 in brackets: one name for one server. */
export function nameOf({ host, port }: ServerAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function parseHost(text: string, kind: RedisPlace['kind']): ServerAddress | undefined {
  const match = /^(?:\[(?<ipv6>[0-9a-fA-F:.]+)\]|(?<name>[^\s:[\]]+))(?::(?<port>\d{1,5}))?$/.exec(
    text.trim(),
  );
  if (!match?.groups) return undefined;
  const { ipv6, name, port } = match.groups;
  const chosen = port === undefined ? (kind === 'sentinel' ? SENTINEL_PORT : REDIS_PORT) : Number(port);
  return chosen > 0 && chosen < 65_536 ? { host: (ipv6 ?? name)!, port: chosen } : undefined;
}

function areAllThere(hosts: (ServerAddress | undefined)[]): hosts is ServerAddress[] {
  return !hosts.includes(undefined);
}

function credentials(username = '', password = ''): Pick<Access, 'username' | 'password'> {
  return {
    ...(username !== '' && { username: decode(username) }),
    ...(password !== '' && { password: decode(password) }),
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a stray `%` stands for itself
  }
}

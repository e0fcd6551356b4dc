/**
 * Whether a page of this `Origin` may use the node: it is served from the node's own host, or listed. `null`, the origin
 * of sandboxed and local pages, is foreign.
 * @param host the request's `Host` header
 */
export function isOriginAllowed(origin: string, host: string, allowed: readonly string[]): boolean {
  if (allowed.includes(origin)) return true;
  if (!/^https?:\/\//.test(origin) || !URL.canParse(origin)) return false;
  const url = new URL(origin);
  // `Host` leaves the scheme's own port out or not; a proxy in front may speak TLS for us, so the scheme doesn't count.
  return withPort(url.host, url.protocol) === withPort(host.toLowerCase(), url.protocol);
}

function withPort(host: string, scheme: string): string {
  return /:\d+$/.test(host) ? host : `${host}:${scheme === 'https:' ? 443 : 80}`;
}

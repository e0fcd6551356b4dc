/** @throws TypeError for a `base` that is no URL */
export function httpUrl(base: string, path: string): string {
  const url = new URL(base);
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}${path}`;
}

/** The same with `ws:` for `http:` and `wss:` for `https:`. */
export function socketUrl(base: string, path: string): string {
  return httpUrl(base, path).replace(/^http/, 'ws');
}

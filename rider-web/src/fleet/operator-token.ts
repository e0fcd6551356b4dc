// An operator's token opens the whole fleet: it is kept in this page's memory and nowhere else.

const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** The token in the address's fragment, which it is then taken out of. */
export function takeOperatorToken(location: Location, history: History): string | undefined {
  const token = location.hash.slice(1);
  if (!isToken(token)) return undefined;
  history.replaceState(null, '', location.pathname);
  return token;
}

export function isToken(text: string): boolean {
  return JWT.test(text);
}

const HOUR_MS = 3_600_000;

/** When nodes cease to take it, ms since the Unix epoch; `undefined` when it doesn't say. */
export function expiryOf(token: string): number | undefined {
  try {
    const payload = token.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/');
    const { iat, exp } = JSON.parse(atob(payload));
    const expiryMs = Math.min(exp * 1000, iat * 1000 + HOUR_MS);
    return Number.isFinite(expiryMs) ? expiryMs : undefined;
  } catch {
    return undefined; // the node will say what is wrong with it
  }
}

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

/** A JWT, or how to get one: a function is called anew for each connection attempt. */
export type TokenSource = string | (() => string | Promise<string>);

export async function readToken(source: TokenSource): Promise<string> {
  return typeof source === 'string' ? source : source();
}

import type { Trip } from '@tripcast/protocol';
import { operatorToken } from './tokens.ts';

export interface RestAnswer<Body> {
  status: number;
  headers: Headers;
  body: Body;
}

interface RestRequest {
  method?: string;
  body?: unknown;
  /** An operator's by default. */
  token?: string;
  headers?: Record<string, string>;
}

/** Asks one node; JSON both ways. @param url of the node */
export async function rest<Body = Record<string, unknown>>(
  url: string,
  path: string,
  { method = 'GET', body, token = operatorToken(), headers = {} }: RestRequest = {},
): Promise<RestAnswer<Body>> {
  const response = await fetch(url + path, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    body: (isJson ? JSON.parse(text) : text) as Body,
  };
}

/** As `rest`. @throws Error with the answer when it is a refusal */
export async function restOk<Body>(url: string, path: string, request: RestRequest = {}): Promise<Body> {
  const answer = await rest<Body>(url, path, request);
  if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** A node's measurement; 0 when it has not been made. */
export async function metric(url: string, name: string): Promise<number> {
  const { body } = await rest<string>(url, '/metrics');
  const line = body.split('\n').find((text) => text.startsWith(`${name} `) || text.startsWith(`${name}{`));
  return Number(line?.split(' ').at(-1) ?? 0);
}

export interface NewTrip {
  trip: Trip;
  riderToken: string;
  followUrl: string;
}

import type { Cell } from './access-table.ts';
import { type Ground, nowhere } from './access-world.ts';
import { PLACES } from './ride.ts';
import { HandshakeRefused, WireClient } from './wire-client.ts';

/** What a node has answered. */
export interface Answer {
  method: string;
  /** As `/openapi.json` has it. */
  path: string;
  status: number;
  contentType: string;
  body: string;
}

/** Makes the calls of the access table, and remembers what it sent and was answered. */
export class AccessCalls {
  readonly answers: Answer[] = [];
  readonly tokens = new Set<string>();
  readonly ids = new Set<string>();
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** What the node says to a call about this ground with that token; 101 for a socket that opens. */
  async status(
    call: Pick<Cell, 'method' | 'path' | 'body'>,
    about: Ground,
    jwt: string | undefined,
  ): Promise<number> {
    if (jwt !== undefined) this.tokens.add(jwt);
    for (const id of Object.values(about)) this.ids.add(id);
    const id = call.path.includes('/vehicles/') ? about.vehicle : about.trip;
    const path = call.path.replace('{id}', id).replace('{shareId}', about.share);
    return call.method === 'WS' ? this.#handshake(path, jwt) : this.#call(call, path, jwt);
  }

  async #call(
    { method, path: route, ...cell }: Pick<Cell, 'method' | 'path' | 'body'>,
    path: string,
    jwt: string | undefined,
  ): Promise<number> {
    const body = cell.body ?? (`${method} ${route}` === 'POST /v1/trips' ? newTrip() : undefined);
    const { status, headers, text } = await this.ask(path, method, jwt, body);
    this.answers.push({
      method,
      path: route,
      status,
      contentType: headers.get('content-type') ?? '',
      body: text,
    });
    return status;
  }

  /** Any request, which is not remembered. */
  async ask(
    path: string,
    method = 'GET',
    jwt?: string,
    body?: object,
  ): Promise<{ status: number; headers: Headers; text: string }> {
    const response = await fetch(this.#url + path, {
      method,
      headers: {
        ...(jwt !== undefined && { authorization: `Bearer ${jwt}` }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  async #handshake(path: string, jwt: string | undefined): Promise<number> {
    try {
      const client = await WireClient.open(this.#url + path, jwt);
      await client.event('hello');
      client.drop();
      return 101;
    } catch (error) {
      if (error instanceof HandshakeRefused) return error.status;
      throw error;
    }
  }
}

function newTrip(): object {
  const { trip: id, vehicle: vehicleId } = nowhere();
  return { id, vehicleId, ...PLACES };
}

// What a rider's page asks of a node by REST. Refusals are values; a network that fails is one, too.

import type { Problem, Trip, TripStatus } from '@tripcast/client';
import { parseObject, problem } from '@tripcast/protocol';

export interface Share {
  readonly id: string;
  /** For whom it is. */
  readonly name: string;
  /** Server's clock, ms. */
  readonly createdAt: number;
  readonly expiresAt: number;
  /** Absent on a node that cannot sign. */
  readonly followUrl?: string;
}

export type Answer<Value> =
  | { ok: true; value: Value }
  | { ok: false; problem: Pick<Problem, 'code' | 'detail'> };

export class TripCalls {
  readonly #url: string;
  readonly #token: string;
  readonly #fetch: typeof fetch;

  /** @param url of a node, without the trip */
  constructor(url: string, tripId: string, token: string, fetch: typeof globalThis.fetch) {
    this.#url = `${url}/v1/trips/${tripId}`;
    this.#token = token;
    this.#fetch = fetch;
  }

  async cancel(): Promise<Answer<Trip>> {
    const answer = await this.#ask('', 'PATCH', { status: 'CANCELED' });
    return mapAnswer(answer, async (response) => ((await response.json()) as { trip: Trip }).trip);
  }

  /**
   * The next step of a ride, by its driver.
   * @param version of the trip that the step was decided on: another one is refused as `conflict`
   */
  async become(status: TripStatus, version: number): Promise<Answer<Trip>> {
    const answer = await this.#ask('', 'PATCH', { status }, { 'if-match': `"${version}"` });
    return mapAnswer(answer, async (response) => ((await response.json()) as { trip: Trip }).trip);
  }

  async shares(): Promise<Answer<Share[]>> {
    const answer = await this.#ask('/shares', 'GET');
    return mapAnswer(answer, async (response) => ((await response.json()) as { shares: Share[] }).shares);
  }

  async share(name: string, lastsMinutes: number): Promise<Answer<Share>> {
    const answer = await this.#ask('/shares', 'POST', { name, lastsMinutes });
    return mapAnswer(answer, async (response) => ((await response.json()) as { share: Share }).share);
  }

  async unshare(id: string): Promise<Answer<void>> {
    return mapAnswer(await this.#ask(`/shares/${id}`, 'DELETE'), async () => undefined);
  }

  /** GPX 1.1. */
  async gpx(): Promise<Answer<Blob>> {
    return mapAnswer(await this.#ask('/track?format=gpx', 'GET'), (response) => response.blob());
  }

  /** GeoJSON, as the node has it. */
  async track(): Promise<Answer<TrackFile>> {
    const answer = await this.#ask('/track', 'GET');
    return mapAnswer(answer, async (response) => (await response.json()) as TrackFile);
  }

  async #ask(
    path: string,
    method: string,
    body?: object,
    headers?: Record<string, string>,
  ): Promise<Answer<Response>> {
    try {
      const response = await this.#fetch(this.#url + path, {
        method,
        headers: {
          authorization: `Bearer ${this.#token}`,
          ...headers,
          ...(body && { 'content-type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
      });
      if (response.ok) return { ok: true, value: response };
      const { code = 'unavailable', detail = '' } = (parseObject(await response.text()) ??
        {}) as Partial<Problem>;
      return { ok: false, problem: { code, detail } };
    } catch (error) {
      return { ok: false, problem: problem('unavailable', `the node can't be reached: ${error}`) };
    }
  }
}

/** The part of a track's GeoJSON that is read. */
export interface TrackFile {
  features: readonly {
    geometry: { coordinates: readonly [longitude: number, latitude: number] };
    properties: { time: number };
  }[];
}

async function mapAnswer<From, To>(
  answer: Answer<From>,
  read: (value: From) => Promise<To>,
): Promise<Answer<To>> {
  if (!answer.ok) return answer;
  try {
    return { ok: true, value: await read(answer.value) };
  } catch (error) {
    return { ok: false, problem: problem('unavailable', `the answer could not be read: ${error}`) };
  }
}

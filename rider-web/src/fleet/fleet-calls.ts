// What an operator asks of a node by REST. A refusal is an Error whose message is the node's own.

import type { Coordinates, Fix, Trip } from '@tripcast/client';

export interface NewTrip {
  trip: Trip;
  /** The rider's page, with its token; absent where tokens come from elsewhere. */
  followUrl?: string;
}

export interface FleetCalls {
  trip(id: string): Promise<Trip>;
  /** The stored track, oldest first. */
  track(id: string): Promise<Fix[]>;
  createTrip(vehicleId: string, pickup: Coordinates, dropoff: Coordinates): Promise<NewTrip>;
  cancelTrip(id: string): Promise<Trip>;
  /** In demo mode only: what the simulated vehicle's phone suffers for the next minute. */
  injectFault(vehicleId: string, fault: string): Promise<void>;
}

interface TrackFeature {
  geometry: { coordinates: [number, number] };
  properties: Omit<Fix, 'latitude' | 'longitude'>;
}

export function fleetCalls(url: string, token: string, fetch: typeof globalThis.fetch): FleetCalls {
  async function call<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const response = await fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const answer = text === '' ? {} : JSON.parse(text);
    if (!response.ok) throw new Error(answer.detail ?? answer.title ?? `${response.status}`);
    return answer;
  }

  return {
    trip: async (id) => (await call<{ trip: Trip }>('GET', `/v1/trips/${id}`)).trip,
    async track(id) {
      const { features } = await call<{ features: TrackFeature[] }>('GET', `/v1/trips/${id}/track`);
      return features.map(({ geometry: { coordinates }, properties }) => ({
        ...properties,
        latitude: coordinates[1],
        longitude: coordinates[0],
      }));
    },
    createTrip: (vehicleId, pickup, dropoff) =>
      call<NewTrip>('POST', '/v1/trips', { vehicleId, pickup: placed(pickup), dropoff: placed(dropoff) }),
    cancelTrip: async (id) =>
      (await call<{ trip: Trip }>('PATCH', `/v1/trips/${id}`, { status: 'CANCELED' })).trip,
    injectFault: (vehicleId, fault) => call('POST', `/v1/demo/vehicles/${vehicleId}/faults`, { fault }),
  };
}

/** To the centimetre: a click is no more exact. */
function placed({ latitude, longitude }: Coordinates): Coordinates {
  return { latitude: Number(latitude.toFixed(7)), longitude: Number(longitude.toFixed(7)) };
}

import { describe, expect, test } from '@jest/globals';
import type { Fix } from '@tripcast/protocol';
import type { RestNode } from './rest-node.ts';
import { restNode, T0 } from './rest-node.ts';

const FIXES: Fix[] = [
  { latitude: -34.9, longitude: -56.19, heading: 12.5, speed: 8.25, accuracy: 5, time: T0 + 1000 },
  { latitude: -34.9000001, longitude: -56.1900001, time: T0 + 2000 },
  { latitude: 90, longitude: 180, simulated: true, time: T0 + 3500 },
];

async function withTrack(fixes = FIXES, options: Parameters<typeof restNode>[0] = {}): Promise<RestNode> {
  const node = await restNode(options);
  await node.createTrip();
  await node.move('ENROUTE_TO_PICKUP');
  for (let index = 0; index < fixes.length; index += 64) await node.store(...fixes.slice(index, index + 64));
  return node;
}

const track = (node: RestNode, query = '') => node.call('GET', `/v1/trips/t1/track${query}`, { as: 'rider' });

describe('as GeoJSON', () => {
  test('each fix is a point, longitude first, with what is known of it', async () => {
    const response = await track(await withTrack());
    expect(response.headers.get('content-type')).toBe('application/geo+json');
    const point = (coordinates: number[], properties: object) => ({
      type: 'Feature',
      geometry: { type: 'Point', coordinates },
      properties,
    });
    expect(await response.json()).toEqual({
      type: 'FeatureCollection',
      features: [
        point([-56.19, -34.9], { time: T0 + 1000, heading: 12.5, speed: 8.25, accuracy: 5 }),
        point([-56.1900001, -34.9000001], { time: T0 + 2000 }),
        point([180, 90], { time: T0 + 3500, simulated: true }),
      ],
    });
  });

  test('an empty track is an empty collection', async () => {
    expect(await (await track(await withTrack([]))).json()).toEqual({
      type: 'FeatureCollection',
      features: [],
    });
  });

  test('`since` leaves out what was measured until then', async () => {
    const { features } = (await (await track(await withTrack(), `?since=${T0 + 2000}`)).json()) as {
      features: { properties: { time: number } }[];
    };
    expect(features.map(({ properties }) => properties.time)).toEqual([T0 + 3500]);
  });

  test('a long track is whole and in order', async () => {
    const long = Array.from({ length: 4500 }, (_, index) => ({
      latitude: 0,
      longitude: 0,
      time: T0 + index + 1,
    }));
    const { features } = (await (await track(await withTrack(long))).json()) as {
      features: { properties: { time: number } }[];
    };
    expect(features.map(({ properties }) => properties.time)).toEqual(long.map(({ time }) => time));
  });

  test('[P2] a track that was cut says so', async () => {
    const node = await restNode({
      wrapBackend: (backend) => ({
        ...backend,
        trips: new Proxy(backend.trips, {
          get: (trips, name) =>
            name === 'read'
              ? async (id: never) => ({ ...(await trips.read(id))!, truncatedBefore: T0 + 5 })
              : Reflect.get(trips, name).bind(trips),
        }),
      }),
    });
    await node.createTrip();
    expect(await (await track(node)).json()).toMatchObject({ truncatedBefore: T0 + 5 });
  });
});

test('[P8] who reads too much is told 429, by whoever it is: rider, driver and each share for themselves, operators never', async () => {
  const read: Record<string, number> = {};
  const mayReadPage = (reader: string) => {
    read[reader] = (read[reader] ?? 0) + 1;
    return read[reader] <= 4;
  };
  const long = Array.from({ length: 4_500 }, (_, index) => ({
    latitude: 0,
    longitude: 0,
    time: T0 + index + 1,
  }));
  const node = await withTrack(long, { mayReadPage });
  const made = await node.call('POST', '/v1/trips/t1/shares', { as: 'rider', body: { name: 'Mum' } });
  const { share } = (await made.json()) as { share: { id: string; followUrl: string } };
  const shareToken = new URL(share.followUrl).hash.slice(1);
  for (const by of [{ as: 'rider' }, { as: 'driver' }, { token: shareToken }] as const) {
    expect((await node.call('GET', '/v1/trips/t1/track', by)).status).toBe(200);
    expect(await (await node.call('GET', '/v1/trips/t1/track?format=gpx', by)).json()).toMatchObject({
      code: 'too_many_requests',
    });
  }
  expect(Object.keys(read).sort()).toEqual(['t1/driver', 't1/rider', `t1/${share.id}`].sort());
  expect((await node.call('GET', '/v1/trips/t1/track', { as: 'operator' })).status).toBe(200);
  expect((await node.call('GET', '/v1/trips/t1/track', { as: 'operator' })).status).toBe(200);
});

test('as GPX 1.1, for other programs', async () => {
  const response = await track(await withTrack(), '?format=gpx');
  expect(response.headers.get('content-type')).toBe('application/gpx+xml');
  expect(await response.text()).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="Tripcast" xmlns="http://www.topografix.com/GPX/1/1">
<trk><name>t1</name><trkseg>
<trkpt lat="-34.9000000" lon="-56.1900000"><time>2023-11-14T22:13:21.000Z</time></trkpt>
<trkpt lat="-34.9000001" lon="-56.1900001"><time>2023-11-14T22:13:22.000Z</time></trkpt>
<trkpt lat="90.0000000" lon="180.0000000"><time>2023-11-14T22:13:23.500Z</time></trkpt>
</trkseg></trk>
</gpx>
`);
});

test('a place close to where the meridians meet the equator is a decimal, too', async () => {
  const near = [{ latitude: 1e-7, longitude: -1e-7, time: T0 + 1000 }];
  expect(await (await track(await withTrack(near), '?format=gpx')).text()).toContain(
    'lat="0.0000001" lon="-0.0000001"',
  );
});

test.each(['format=kml', 'since=-1', 'since=yesterday', 'since=1.5'])('%s is 400', async (query) => {
  expect((await track(await withTrack(), `?${query}`)).status).toBe(400);
});

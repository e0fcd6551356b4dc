import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  decodePositions,
  encodeFixes,
  type FleetEvent,
  type FleetNode,
  parseFleetEvent,
  vehicleId,
} from '@tripcast/protocol';
import { cellAt } from '../../src/fleet/cells.ts';
import { FleetPicture } from '../../src/fleet/fleet-picture.ts';
import { FleetViewer } from '../../src/fleet/fleet-viewer.ts';
import { createMemoryBackend } from '../../src/memory/memory-backend.ts';
import { SteppedClock } from '../live/stepped-clock.ts';

const TOWN = { south: -34.95, west: -56.25, north: -34.85, east: -56.1, zoom: 14 };
const WORLD = { south: -85, west: -180, north: 85, east: 180, zoom: 2 };
const NODE: FleetNode = {
  id: 'n',
  drivers: 0,
  followers: 0,
  operators: 1,
  fixesPerSecond: 0,
  lagMs: 0,
  draining: false,
};

let picture: FleetPicture;
let link: Link;
let viewer: FleetViewer;

beforeEach(() => {
  const clock = new SteppedClock();
  picture = new FleetPicture({ node: 'n', store: createMemoryBackend({ clock }), clock });
  link = new Link();
  viewer = new FleetViewer(link, picture);
});

/** An operator's socket that takes so many messages before it is full. */
class Link {
  readonly isJson = false;
  room = Number.POSITIVE_INFINITY;
  readonly events: FleetEvent[] = [];
  readonly positions = new Map<number, number>();
  hasRoom = () => this.room > 0;

  sendText(text: string): boolean {
    this.room--;
    this.events.push(parseFleetEvent(text)!);
    return true;
  }

  sendBytes(bytes: Uint8Array): boolean {
    this.room--;
    for (const { handle, fix } of decodePositions(bytes)!) this.positions.set(handle, fix.time);
    return true;
  }

  ofType<Type extends FleetEvent['type']>(type: Type) {
    return this.events.filter((event): event is Extract<FleetEvent, { type: Type }> => event.type === type);
  }
}

function look(view: typeof TOWN): void {
  viewer.view = view;
  picture.lookAt(viewer.cells);
}

/** So many vehicles in the town have a fix of this time. */
function tell(count: number, time: number, facts: string | undefined = '{"paceMs":5000}'): void {
  picture.hearVehicles(
    'n',
    Array.from({ length: count }, (_, index) => ({
      id: vehicleId(`v-${index}`),
      session: 1,
      online: true,
      since: 0,
      fix: encodeFixes([{ latitude: -34.9, longitude: -56.2 + index / 1e5, time }]),
      facts,
    })),
  );
}

function summarise(...places: { latitude: number; longitude: number; online: number }[]): void {
  const summaries = places.map((one) => ({ ...one, cell: cellAt(one), onTrip: 1 }));
  picture.hearNode({ type: 'node', node: NODE, summaries });
}

describe('an operator', () => {
  test('[O3] [O4] hears of each vehicle once, and of its newest position', () => {
    look(TOWN);
    tell(3, 1);
    viewer.show();
    viewer.show();
    expect(link.ofType('vehicles')).toHaveLength(1);
    expect([...link.positions]).toEqual([
      [1, 1],
      [2, 1],
      [3, 1],
    ]);
    tell(3, 2, undefined);
    viewer.show();
    expect(link.ofType('vehicles')).toHaveLength(1);
    expect([...link.positions.values()]).toEqual([2, 2, 2]);
  });

  test('[O13] who is slow is sent what is newest, and everybody in turn', () => {
    look(TOWN);
    tell(2_000, 1);
    viewer.show();
    for (let time = 2; time < 6; time++) {
      tell(2_000, time, undefined);
      link.room = 1;
      viewer.show();
    }
    const times = [...link.positions.values()];
    expect([2, 3, 4, 5].map((time) => times.filter((one) => one === time).length)).toEqual([
      500, 500, 500, 500,
    ]);
    link.room = Number.POSITIVE_INFINITY;
    viewer.show();
    expect(new Set(link.positions.values())).toEqual(new Set([5]));
  });

  test('[O13] what found no room is told later: who is new, who has left, who has changed', () => {
    look(TOWN);
    tell(1, 1);
    link.room = 0;
    viewer.show();
    expect(link.events).toEqual([]);
    link.room = 1;
    viewer.show();
    expect(link.ofType('vehicles').flatMap(({ vehicles }) => vehicles)).toHaveLength(1);
    expect(link.positions.size).toBe(0);
    look({ ...TOWN, north: -34.94 });
    link.room = 0;
    viewer.show();
    link.room = 9;
    viewer.show();
    expect(link.ofType('left')).toEqual([{ type: 'left', handles: [expect.any(Number)] }]);
  });

  test('[O5] [O8] sees clusters from far away, which end all handles; and vehicles again from near', () => {
    look(TOWN);
    tell(2, 1);
    viewer.show();
    const east = { latitude: 10, longitude: 20, online: 3_000 };
    summarise(
      east,
      { latitude: 10.001, longitude: 20.001, online: 1_000 },
      { latitude: -34, longitude: -56, online: 1 },
    );
    look(WORLD);
    viewer.show();
    const { clusters } = link.ofType('clusters').at(-1)!;
    expect(clusters).toHaveLength(2);
    expect(clusters[0]).toMatchObject({ online: 4_000, onTrip: 2 });
    expect(clusters[0]!.latitude).toBeCloseTo(10.00025, 6);
    expect(viewer.count()).toEqual({ type: 'counts', online: 0, inView: 4_001 });
    look(TOWN);
    tell(2, 1);
    viewer.show();
    const after = link.events.slice(link.events.lastIndexOf(link.ofType('clusters').at(-1)!) + 1);
    expect(after[0]).toEqual({ type: 'vehicles', vehicles: [] });
    expect(
      link
        .ofType('vehicles')
        .at(-1)!
        .vehicles.map(({ handle }) => handle),
    ).toEqual([3, 4]);
  });

  test('[O5] sees few vehicles one by one, however far away', () => {
    summarise({ latitude: -34.9, longitude: -56.2, online: 2_000 });
    look(WORLD);
    tell(2, 1);
    viewer.show();
    expect(link.ofType('clusters')).toEqual([]);
    expect(link.positions.size).toBe(2);
    summarise({ latitude: -34.9, longitude: -56.2, online: 2_001 });
    viewer.aim();
    viewer.show();
    expect(link.ofType('clusters')).toHaveLength(1);
  });
});

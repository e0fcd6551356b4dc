import { beforeEach, expect, test } from '@jest/globals';
import { fixPlace, vehicleId } from '@tripcast/protocol';
import { type Backend, BackendUnavailable } from '../../src/backend.ts';
import { cellAt } from '../../src/fleet/cells.ts';
import { FLEET_TICK_MS } from '../../src/fleet/fleet.ts';
import { fleetChannelOf, INTEREST_EVERY_MS, readFleetAnswer } from '../../src/fleet/fleet-note.ts';
import { readReports } from '../../src/fleet/fleet-report.ts';
import { FleetSource } from '../../src/fleet/fleet-source.ts';
import { createMemoryBackend } from '../../src/memory/memory-backend.ts';
import { fixesAt, timesOf } from '../contract/samples.ts';
import { SteppedClock } from '../live/stepped-clock.ts';

const SWEEP_MS = 1_000;
const clock = new SteppedClock();
const vehicle = {
  id: vehicleId('car-1'),
  session: 1,
  onlineSince: clock.now(),
  paceMs: 5_000,
  trips: [],
  revision: 0,
  newest: undefined as Uint8Array | undefined,
};

let backend: Backend;
let source: FleetSource;
/** The times of the fixes that the node with operators was told. */
let told: number[];

beforeEach(async () => {
  backend = createMemoryBackend({ clock });
  source = new FleetSource({ node: 'a', backend, clock, figures: () => ({ id: 'a' }) as never });
  told = [];
  await backend.bus.subscribe(fleetChannelOf('b'), {
    hear: (message) => {
      const reports = readReports(message);
      if (reports) told.push(...reports.reports.flatMap(({ fix }) => timesOf(fix)));
      else expect(readFleetAnswer(message)).toBeDefined();
    },
  });
  vehicle.newest = fixesAt(clock.now());
  await source.arrived(vehicle);
});

/** An operator of another node looks at the cell where the vehicle is, as before or for the first time. */
async function ask(isFirst = false): Promise<void> {
  const view = new DataView(fixesAt(clock.now()).buffer);
  const cells = [cellAt(fixPlace(view, 0))];
  source.hear({ type: 'interest', node: 'b', cells, fresh: isFirst ? cells : [], summaries: false });
  await delivered();
}

async function drive(): Promise<void> {
  clock.step(SWEEP_MS);
  vehicle.newest = fixesAt(clock.now());
  source.tick();
  await delivered();
}

function delivered(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

test('what is new is told once a second, and nothing twice', async () => {
  await ask(true);
  const first = clock.now();
  await drive();
  clock.step(SWEEP_MS);
  source.tick();
  await delivered();
  expect(told).toEqual([first, first + SWEEP_MS]);
});

test('every fix is told within a second, whatever else looks at the vehicle meanwhile', async () => {
  await ask(true);
  for (let fix = 0; fix < 40; fix++) {
    clock.step(FLEET_TICK_MS);
    vehicle.newest = fixesAt(clock.now());
    for (let elapsedMs = 0; elapsedMs < SWEEP_MS; elapsedMs += FLEET_TICK_MS) {
      clock.step(FLEET_TICK_MS);
      source.tick();
      await delivered();
    }
    await ask();
    expect(told.at(-1)).toBe(timesOf(vehicle.newest)[0]);
  }
});

test('[P7] what could not be told while Redis was away is told when the question is heard again', async () => {
  await ask(true);
  const { publish } = backend.bus;
  backend.bus.publish = () => Promise.reject(new BackendUnavailable('away'));
  await drive();
  const missed = clock.now();
  backend.bus.publish = publish;
  clock.step(INTEREST_EVERY_MS);
  expect(told).not.toContain(missed);
  await ask();
  expect(told.at(-1)).toBe(missed);
});

test('[P7] after a resubscription everything is told again: questions may have been missed', async () => {
  await ask(true);
  const before = told.length;
  source.forgetAudiences();
  await ask();
  expect(told).toHaveLength(before + 1);
});

import type { RedisCommands } from './commands.ts';
import type { Names } from './names.ts';
import type { RedisTripStore } from './redis-trip-store.ts';
import type { TripIndex } from './trip-index.ts';

/**
 * Makes good what a node that died half-way left behind: trips that are missing in the index or among their vehicle's
 * trips, and entries of trips that were forgotten. One node at a time: others find `indexHealed` and leave it.
 * @param everyMs how long it is good for
 */
export async function healIndex(options: {
  commands: RedisCommands;
  names: Names;
  trips: RedisTripStore;
  index: TripIndex;
  everyMs: number;
}): Promise<void> {
  const { commands, names, trips, index, everyMs } = options;
  const isOurs = await commands.send('SET', names.indexHealed, '1', 'NX', 'PX', String(everyMs));
  if (isOurs === null) return;

  for await (const keys of commands.scan(names.anyTrip)) {
    for (const key of keys) {
      const record = await trips.read(names.tripIn(key));
      if (!record) continue;
      await commands.send('SADD', names.tripsOfVehicle(record.trip.vehicleId), record.trip.id);
      await index.add(record.trip);
    }
  }
  for await (const keys of commands.scan(names.anyTripsOfVehicle)) {
    for (const key of keys) await trips.ofVehicle(names.vehicleIn(key)); // removes those that are gone
  }
  for await (const places of index.after(undefined)) {
    const ids = places.map(({ id }) => id);
    const there = await Promise.all(ids.map((id) => commands.send<number>('EXISTS', names.trip(id))));
    await index.remove(ids.filter((_, position) => there[position] === 0));
  }
}

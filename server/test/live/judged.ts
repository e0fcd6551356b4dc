import type { Backend } from '../../src/backend.ts';
import { type Judgement, judgeFixes, type TripsOfVehicle, type Writer } from '../../src/live/judge.ts';

/** What `judgeFixes` finds of fixes that come now. */
export function judged(
  backend: Backend,
  vehicle: Writer,
  trips: TripsOfVehicle & { step(): number },
  fixes: Uint8Array,
): Promise<Judgement> {
  return new Promise((resolve, reject) => {
    judgeFixes(backend, vehicle, trips, fixes, trips.step(), resolve, reject);
  });
}

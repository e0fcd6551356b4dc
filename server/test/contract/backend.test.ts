import { describeBackend } from './describe-backend.ts';
import { liveBusContract } from './live-bus-contract.ts';
import { trackStoreContract } from './track-store-contract.ts';
import { tripStoreContract } from './trip-store-contract.ts';
import { vehicleStoreContract } from './vehicle-store-contract.ts';

for (const kind of ['memory', 'redis'] as const) {
  describeBackend(kind, 'trips', tripStoreContract);
  describeBackend(kind, 'tracks', trackStoreContract);
  describeBackend(kind, 'vehicles', vehicleStoreContract);
  describeBackend(kind, 'the live bus', liveBusContract);
}

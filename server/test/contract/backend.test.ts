import { describeBackend, KINDS } from './describe-backend.ts';
import { liveBusContract } from './live-bus-contract.ts';
import { trackStoreContract } from './track-store-contract.ts';
import { tripStoreContract } from './trip-store-contract.ts';
import { vehicleStoreContract } from './vehicle-store-contract.ts';

for (const kind of KINDS) {
  describeBackend(kind, {
    trips: tripStoreContract,
    tracks: trackStoreContract,
    vehicles: vehicleStoreContract,
    'the live bus': liveBusContract,
  });
}

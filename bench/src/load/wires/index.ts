import type { Origin } from '../connection.ts';
import { natsWire } from './nats-wire.ts';
import { binaryRelayWire, jsonRelayWire } from './relay-wire.ts';
import { socketIoWire } from './socket-io-wire.ts';
import { tripcastWire } from './tripcast-wire.ts';
import type { Wire } from './wire.ts';

export type { Wire } from './wire.ts';

/** What a system's clients speak, as one process tells another. */
export type WireName = 'tripcast' | 'json-relay' | 'binary-relay' | 'socket-io' | 'nats';

/** @param secret for Tripcast's tokens */
export function wireOf(name: WireName, origin: Origin, secret: string, isUnderWay: boolean): Wire {
  switch (name) {
    case 'tripcast':
      return tripcastWire(origin, secret, isUnderWay);
    case 'json-relay':
      return jsonRelayWire;
    case 'binary-relay':
      return binaryRelayWire;
    case 'socket-io':
      return socketIoWire;
    case 'nats':
      return natsWire;
    default:
      return name satisfies never;
  }
}

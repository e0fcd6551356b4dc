import { Redis } from 'ioredis';

/** The connections that relays have to their Redis: one publishes, one subscribes, as Redis wants it. */
export function connectRelay(port: number): { publisher: Redis; subscriber: Redis } {
  const publisher = new Redis(port, '127.0.0.1');
  return { publisher, subscriber: publisher.duplicate() };
}

import { encodeFixes } from '@tripcast/protocol';
import { WebSocket } from 'ws';
import { driverToken } from './tokens.ts';

const MIDDLE = { latitude: -34.905, longitude: -56.17 };
/** Half of what the cars are spread over, degrees. */
const REACH = { latitude: 0.025, longitude: 0.04 };
const GOLDEN_ANGLE = 2.399963;
const OPENED_AT_ONCE = 200;
/** Each car sends a fix in this time, ms; they are spread over it. */
const ROUND_MS = 5_000;
const TICK_MS = 100;

/** Drivers without trips, each with a socket of its own, who circle around a town. */
export class FleetLoad {
  readonly #sockets: WebSocket[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** Resolves when all are connected and have sent their first fix. */
  async start(url: string, count: number): Promise<void> {
    for (let from = 0; from < count; from += OPENED_AT_ONCE) {
      const batch = Math.min(OPENED_AT_ONCE, count - from);
      await Promise.all(Array.from({ length: batch }, (_, index) => this.#open(url, from + index)));
    }
    let next = 0;
    const perTick = Math.ceil((count * TICK_MS) / ROUND_MS);
    this.#timer = setInterval(() => {
      for (let sent = 0; sent < perTick; sent++) this.#send(next++ % count);
    }, TICK_MS);
  }

  /** May be called twice. */
  stop(): void {
    clearInterval(this.#timer);
    for (const socket of this.#sockets.splice(0)) socket.terminate();
  }

  #open(url: string, index: number): Promise<void> {
    const id = `load-${index}`;
    const offered = ['tripcast.v1', `bearer.${driverToken(id)}`];
    const path = `/v1/vehicles/${id}/drive`;
    const socket = new WebSocket(url.replace(/^http/, 'ws') + path, offered, { perMessageDeflate: false });
    this.#sockets[index] = socket;
    return new Promise((resolve, reject) => {
      socket.on('error', reject);
      socket.on('open', () => {
        this.#send(index);
        resolve();
      });
    });
  }

  /** The sunflower's arrangement, which turns once in six minutes. */
  #send(index: number): void {
    const socket = this.#sockets[index];
    if (socket?.readyState !== WebSocket.OPEN) return;
    const time = Date.now();
    const angle = index * GOLDEN_ANGLE + time / 60_000;
    const radius = Math.sqrt(((index * 7_919) % 10_000) / 10_000);
    const heading = (360 - (((angle * 180) / Math.PI) % 360)) % 360;
    socket.send(
      encodeFixes([
        {
          latitude: MIDDLE.latitude + radius * REACH.latitude * Math.sin(angle),
          longitude: MIDDLE.longitude + radius * REACH.longitude * Math.cos(angle),
          heading,
          speed: 8,
          time,
          simulated: true,
        },
      ]),
    );
  }
}

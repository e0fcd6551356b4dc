// uWebSockets.js and nothing else, or with ioredis between two nodes: what bytes cost that nobody checks, keeps or
// acknowledges.

import uWS, { type WebSocket } from 'uWebSockets.js';
import { endWithParent } from './end-with-parent.ts';
import { connectRelay } from './relay-redis.ts';

interface Seat {
  trip: string;
}

const IDLE_TIMEOUT_S = 60;
const GREETING = '{"type":"joined"}';

endWithParent();
const { PORT, REDIS_PORT } = process.env;
const redis = REDIS_PORT === undefined ? undefined : connectRelay(Number(REDIS_PORT));
const followed = new Set<string>();
const app = uWS.App();

redis?.subscriber.on('messageBuffer', (trip: Buffer, message: Buffer) => {
  app.publish(trip.toString(), message, true);
});

function upgrade(res: uWS.HttpResponse, req: uWS.HttpRequest, context: uWS.us_socket_context_t): void {
  res.upgrade<Seat>(
    { trip: req.getParameter(0) ?? '' },
    req.getHeader('sec-websocket-key'),
    req.getHeader('sec-websocket-protocol'),
    req.getHeader('sec-websocket-extensions'),
    context,
  );
}

app.ws<Seat>('/drive/:trip', {
  idleTimeout: IDLE_TIMEOUT_S,
  upgrade,
  open: greet,
  message(ws, message) {
    const { trip } = ws.getUserData();
    if (redis) void redis.publisher.publish(trip, Buffer.from(message.slice(0)));
    else app.publish(trip, message, true);
  },
});

app.ws<Seat>('/follow/:trip', {
  idleTimeout: IDLE_TIMEOUT_S,
  upgrade,
  open(ws) {
    const { trip } = ws.getUserData();
    ws.subscribe(trip);
    if (!redis || followed.has(trip)) {
      greet(ws);
      return;
    }
    followed.add(trip);
    void redis.subscriber.subscribe(trip).then(() => greet(ws));
  },
});

function greet(ws: WebSocket<Seat>): void {
  ws.send(GREETING);
}

app.listen('127.0.0.1', Number(PORT), () => console.log('ready'));

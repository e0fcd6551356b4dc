// ws and ioredis, as their documentation puts them together: a room is a Redis channel, subscribed while somebody is in
// it. A position is relayed as the text that it came as; nothing is checked, kept or acknowledged.

import { createServer } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { endWithParent } from './end-with-parent.ts';
import { connectRelay } from './relay-redis.ts';

/** Connections that may wait to be accepted: Node's 511 are too few for a storm. */
const BACKLOG = 4_096;
const PATH = /^\/(drive|follow)\/([\w-]+)$/;

endWithParent();
const { publisher, subscriber } = connectRelay(Number(process.env.REDIS_PORT));
const rooms = new Map<string, Set<WebSocket>>();

subscriber.on('message', (trip, text) => {
  for (const rider of rooms.get(trip) ?? []) rider.send(text);
});

const server = createServer();
const sockets = new WebSocketServer({ server });
sockets.on('connection', (socket, request) => {
  const [, role, trip] = PATH.exec(request.url ?? '') ?? [];
  if (trip === undefined) socket.close();
  else if (role === 'follow') void follow(socket, trip);
  else drive(socket, trip);
});
server.listen(Number(process.env.PORT), '127.0.0.1', BACKLOG, () => console.log('ready'));

function drive(socket: WebSocket, trip: string): void {
  socket.on('message', (message) => {
    void publisher.publish(trip, message.toString());
  });
  socket.send('{"type":"joined"}');
}

async function follow(socket: WebSocket, trip: string): Promise<void> {
  const room = rooms.get(trip) ?? new Set();
  room.add(socket);
  socket.on('close', () => leave(socket, trip));
  if (room.size === 1) {
    rooms.set(trip, room);
    await subscriber.subscribe(trip);
  }
  socket.send('{"type":"joined"}');
}

function leave(socket: WebSocket, trip: string): void {
  const room = rooms.get(trip);
  room?.delete(socket);
  if (room?.size !== 0) return;
  rooms.delete(trip);
  void subscriber.unsubscribe(trip);
}

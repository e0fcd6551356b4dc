// Socket.IO with its Redis adapter, as its documentation sets it up for several nodes, tuned as it advises for
// performance: WebSocket alone, the native add-on of ws (bufferutil), and the handshake's request let go.

import { createServer } from 'node:http';
import { createAdapter, createShardedAdapter } from '@socket.io/redis-adapter';
import { Server } from 'socket.io';
import { endWithParent } from './end-with-parent.ts';
import { connectRelay } from './relay-redis.ts';

/** Connections that may wait to be accepted: Node's 511 are too few for a storm. */
const BACKLOG = 4_096;

endWithParent();
const { publisher, subscriber } = connectRelay(Number(process.env.REDIS_PORT));
const server = createServer();
const io = new Server(server, {
  transports: ['websocket'],
  serveClient: false,
  adapter:
    process.env.ADAPTER === 'sharded'
      ? createShardedAdapter(publisher, subscriber)
      : createAdapter(publisher, subscriber),
});

io.engine.on('connection', (socket: { request: unknown }) => {
  socket.request = null;
});
io.on('connection', (socket) => {
  socket.on('follow', async (trip: string) => {
    await socket.join(trip);
    socket.emit('joined');
  });
  socket.on('drive', (trip: string) => {
    socket.on('position', (position: unknown) => {
      io.to(trip).emit('position', position);
    });
    socket.emit('joined');
  });
});
server.listen(Number(process.env.PORT), '127.0.0.1', BACKLOG, () => console.log('ready'));

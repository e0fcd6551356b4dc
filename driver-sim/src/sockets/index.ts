export * from './framed-socket.ts';
export * from './frames.ts';
export * from './handshake.ts';

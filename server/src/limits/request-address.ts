import { type ClientAddress, clientAddress } from './client-address.ts';

/** A response of uWebSockets.js, as far as it says who is at the other end. */
interface Peer {
  /** 4 or 16 bytes. */
  getRemoteAddress(): ArrayBuffer;
}

/** A request of uWebSockets.js. */
interface Headers {
  forEach(each: (name: string, value: string) => void): void;
}

/** Where a request comes from. Call it before the first `await`. @param hops proxies in front that are believed */
export function requestAddress(peer: Peer, request: Headers, hops: number): ClientAddress {
  const said: string[] = [];
  // A proxy may add a header of its own below the one that the client has made up: all of them count as one.
  if (hops > 0) {
    request.forEach((name, value) => {
      if (name === 'x-forwarded-for') said.push(value);
    });
  }
  return clientAddress(new Uint8Array(peer.getRemoteAddress()), said.join(','), hops);
}

import { BlockList, isIP, isIPv4 } from 'node:net';

/** Where a client comes from, as far as we count it. */
export interface ClientAddress {
  /** An IPv4 address; of an IPv6 address the first 64 bits, as one customer has at least so many. */
  key: string;
  /** No address of the internet: this machine, its network, a proxy in front. */
  isPrivate: boolean;
}

/** RFC 1918, 3927, 4193, 4291, 6598. */
const PRIVATE = new BlockList();
for (const [network, bits] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['100.64.0.0', 10],
] as const) {
  PRIVATE.addSubnet(network, bits, 'ipv4');
}
for (const [network, bits] of [
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
] as const) {
  PRIVATE.addSubnet(network, bits, 'ipv6');
}

const MAPPED_IPV4 = [0, 0, 0, 0, 0, 0xffff];
/** As some proxies write them: `1.2.3.4:5678`, `[2001:db8::1]:443`. */
const WITH_PORT = /^(?:\[([^\]]+)\]|([\d.]+))(?::\d{1,5})?$/;

/**
 * The address of whoever sent a request through `hops` proxies that we trust: each adds the address that it saw to the
 * right of `X-Forwarded-For`, so that the one we want is the `hops`-th from the right; what stands left of it anybody may
 * have written. Where that isn't an address, it is the peer's own.
 * @param peer 4 or 16 bytes
 * @param forwardedFor all of the request's `X-Forwarded-For` headers in their order, joined by commas
 */
export function clientAddress(peer: Uint8Array, forwardedFor: string, hops: number): ClientAddress {
  const said = hops > 0 ? forwardedFor.split(',').at(-hops)?.trim() : undefined;
  return (said && readAddress(said)) || addressOf(groupsOf(peer));
}

function readAddress(text: string): ClientAddress | undefined {
  const [, bracketed, plain] = WITH_PORT.exec(text) ?? [];
  const bare = bracketed ?? plain ?? text;
  if (isIPv4(bare)) return addressOf(groupsOf(Uint8Array.from(bare.split('.'), Number)));
  if (isIP(bare) !== 6 || bare.includes('%')) return undefined;
  // The URL parser writes every form of an IPv6 address in hexadecimal groups.
  const [left = '', right = ''] = new URL(`http://[${bare}]`).hostname.slice(1, -1).split('::');
  const [head, tail] = [left, right].map((part) =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)),
  ) as [number[], number[]];
  return addressOf([...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail]);
}

/** The eight 16-bit groups of an address; an IPv4 address is mapped (RFC 4291 §2.5.5.2). */
function groupsOf(bytes: Uint8Array): number[] {
  const groups: number[] = bytes.byteLength === 4 ? [...MAPPED_IPV4] : [];
  for (let index = 0; index < bytes.byteLength; index += 2) {
    groups.push((bytes[index]! << 8) | bytes[index + 1]!);
  }
  return groups;
}

function addressOf(groups: readonly number[]): ClientAddress {
  if (MAPPED_IPV4.every((group, index) => groups[index] === group)) {
    const key = [groups[6]! >> 8, groups[6]! & 0xff, groups[7]! >> 8, groups[7]! & 0xff].join('.');
    return { key, isPrivate: PRIVATE.check(key, 'ipv4') };
  }
  const hexadecimal = groups.map((group) => group.toString(16));
  return {
    key: `${hexadecimal.slice(0, 4).join(':')}::/64`,
    isPrivate: PRIVATE.check(hexadecimal.join(':'), 'ipv6'),
  };
}

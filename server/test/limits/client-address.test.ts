import { describe, expect, test } from '@jest/globals';
import { clientAddress } from '../../src/limits/client-address.ts';

const PEER = Uint8Array.of(203, 0, 113, 7);
const keyOf = (peer: Uint8Array, said = '', hops = 0) => clientAddress(peer, said, hops).key;

describe('the peer', () => {
  test('of IPv4 counts by its address, mapped into IPv6 or not', () => {
    expect(keyOf(PEER)).toBe('203.0.113.7');
    expect(keyOf(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 203, 0, 113, 7))).toBe('203.0.113.7');
  });

  test('of IPv6 counts by its first 64 bits', () => {
    const peer = Uint8Array.of(0x20, 1, 0xd, 0xb8, 0, 1, 0, 2, 9, 9, 9, 9, 9, 9, 9, 9);
    expect(keyOf(peer)).toBe('2001:db8:1:2::/64');
  });
});

describe('X-Forwarded-For', () => {
  test.each([
    ['is not believed without a proxy', 0, '198.51.100.1', '203.0.113.7'],
    ['is what the last proxy saw', 1, '198.51.100.1', '198.51.100.1'],
    [
      'is read from the right: what a client makes up stands left',
      1,
      '1.1.1.1, 198.51.100.1',
      '198.51.100.1',
    ],
    ['of two proxies is the second from the right', 2, '1.1.1.1, 198.51.100.1,10.0.0.1', '198.51.100.1'],
    ['with too few entries is not believed', 2, '198.51.100.1', '203.0.113.7'],
    ['that is empty is not believed', 1, '', '203.0.113.7'],
    ['that is no address is not believed', 1, 'unknown', '203.0.113.7'],
    ['that is half an address is not believed', 1, '198.51.100', '203.0.113.7'],
    ['with a zone is not believed', 1, 'fe80::1%eth0', '203.0.113.7'],
    ['may have a port', 1, '198.51.100.1:4711', '198.51.100.1'],
    ['of IPv6 counts by its first 64 bits', 1, '2001:DB8:1:2:3::4', '2001:db8:1:2::/64'],
    ['of IPv6 may be short', 1, '2001:db8::', '2001:db8:0:0::/64'],
    ['of IPv6 may have brackets and a port', 1, '[2001:db8:1:2::4]:443', '2001:db8:1:2::/64'],
    ['may be IPv4 mapped into IPv6', 1, '::ffff:198.51.100.1', '198.51.100.1'],
  ])('%s', (_, hops, said, key) => {
    expect(keyOf(PEER, said, hops)).toBe(key);
  });
});

test.each([
  ['127.0.0.1', true],
  ['10.1.2.3', true],
  ['172.31.0.1', true],
  ['172.32.0.1', false],
  ['192.168.7.7', true],
  ['169.254.1.1', true],
  ['100.64.0.1', true],
  ['100.128.0.1', false],
  ['8.8.8.8', false],
  ['::1', true],
  ['::2', false],
  ['fd00::1', true],
  ['fe80::1', true],
  ['2001:db8::1', false],
  ['::ffff:10.0.0.1', true],
])('%s is private: %s', (address, isPrivate) => {
  expect(clientAddress(PEER, address, 1).isPrivate).toBe(isPrivate);
});

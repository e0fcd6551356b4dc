import { describe, expect, test } from '@jest/globals';
import { platformAcross } from '../src/nodes.ts';

const NODES = ['http://a:1', 'http://b:2', 'http://c:3'];

/** Requests reach the nodes that are up; who was asked, in order. */
function network(up: readonly string[]) {
  const asked: string[] = [];
  const fetch = async (url: unknown): Promise<Response> => {
    const { origin, pathname, search } = new URL(String(url));
    asked.push(`${origin}${pathname}${search}`);
    if (!up.includes(origin)) throw new TypeError('fetch failed');
    return new Response('');
  };
  return { asked, fetch: fetch as typeof globalThis.fetch };
}

describe('several nodes', () => {
  test('each driver begins with its own', async () => {
    const { asked, fetch } = network(NODES);
    for (const index of [0, 1, 2, 3])
      await platformAcross(NODES, index, fetch).fetch('http://any/v1/trips?limit=1');
    expect(asked).toEqual([
      'http://a:1/v1/trips?limit=1',
      'http://b:2/v1/trips?limit=1',
      'http://c:3/v1/trips?limit=1',
      'http://a:1/v1/trips?limit=1',
    ]);
  });

  test('when one is gone, it goes on with the next, and stays there', async () => {
    const { asked, fetch } = network(['http://a:1']);
    const platform = platformAcross(NODES, 1, fetch);
    await expect(platform.fetch('http://any/x')).rejects.toThrow();
    await expect(platform.fetch('http://any/x')).rejects.toThrow();
    await platform.fetch('http://any/x');
    await platform.fetch('http://any/x');
    expect(asked).toEqual(['http://b:2/x', 'http://c:3/x', 'http://a:1/x', 'http://a:1/x']);
  });

  test('two failures of one node at once move on by one node', async () => {
    const { asked, fetch } = network(['http://b:2']);
    const platform = platformAcross(NODES, 0, fetch);
    await Promise.allSettled([platform.fetch('http://any/x'), platform.fetch('http://any/y')]);
    await platform.fetch('http://any/z');
    expect(asked.at(-1)).toBe('http://b:2/z');
  });
});

import { describe, expect, test } from '@jest/globals';
import { expiryOf, takeOperatorToken } from '../../src/fleet/operator-token.ts';

const IAT = 1_800_000_000;
const token = (payload: object) =>
  ['{}', JSON.stringify(payload), 's'].map((part) => Buffer.from(part).toString('base64url')).join('.');

describe('an operator’s token in the page', () => {
  test('[H5] ends when it says, and an hour after it was made at the latest', () => {
    expect(expiryOf(token({ iat: IAT, exp: IAT + 60, who: 'ñandú?' }))).toBe((IAT + 60) * 1000);
    expect(expiryOf(token({ iat: IAT, exp: IAT + 86_400 }))).toBe((IAT + 3_600) * 1000);
  });

  test.each(['', 'a.b.c', '..', token({ iat: IAT }), token({ exp: 'soon', iat: IAT })])(
    'one that says nothing of it ends at no known time: %p',
    (text) => expect(expiryOf(text)).toBeUndefined(),
  );

  test('is taken out of the address at once', () => {
    const replaced: unknown[] = [];
    const history = { replaceState: (...call: unknown[]) => replaced.push(call) } as unknown as History;
    const location = { hash: '#a.b.c', pathname: '/fleet' } as Location;
    expect(takeOperatorToken(location, history)).toBe('a.b.c');
    expect(replaced).toEqual([[null, '', '/fleet']]);
    expect(takeOperatorToken({ ...location, hash: '#map' }, history)).toBeUndefined();
    expect(replaced).toHaveLength(1);
  });
});

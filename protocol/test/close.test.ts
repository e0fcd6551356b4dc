import { expect, test } from '@jest/globals';
import { CLOSE, closePolicy } from '../src/index.ts';

test('[C1] every close code stands once, in the range of its policy, with a reason that fits a close frame', () => {
  const closes = Object.values(CLOSE);
  expect(new Set(closes.map(({ code }) => code)).size).toBe(closes.length);
  for (const { code, reason, policy } of closes) {
    expect(closePolicy(code)).toBe(policy);
    expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123); // RFC 6455, 5.5
    if (code >= 4100) expect(policy).toBe('back off');
    else if (code >= 4000) expect(policy).not.toBe('back off');
  }
});

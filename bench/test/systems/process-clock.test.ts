import { describe, expect, test } from '@jest/globals';
import { cpuMicrosIn, residentBytesIn } from '../../src/systems/process-clock.ts';

describe("a process's clock", () => {
  test('is user and system time, whatever its command is called', () => {
    const stat = '4242 (a) b (c) S 1 4242 4242 0 -1 4194560 913 0 0 0 150 25 0 0 20 0 11 0 100 700 600 1 1';
    expect(cpuMicrosIn(stat)).toBe(1_750_000);
  });

  test('resident memory is in kibibytes', () => {
    expect(residentBytesIn('Name:\tnode\nVmRSS:\t   51200 kB\nVmSwap: 0 kB')).toBe(52_428_800);
  });
});

import { expect, test } from '@jest/globals';
import { cpuIn, memoryIn } from '../../src/world/process-cost.ts';

test('CPU time is read after the command, whatever is in its parentheses', () => {
  const stat = '42 (a (very) odd name) S 1 42 42 0 -1 4194560 9 0 0 0 150 50 0 0 20 0 11 0 100 0 0';
  expect(cpuIn(stat)).toBe(2_000_000);
});

test('resident memory is read in kB', () => {
  expect(memoryIn('Name:\tnode\nVmPeak:\t  900 kB\nVmRSS:\t  120 kB\n')).toBe(122_880);
  expect(memoryIn('Name:\tzombie\n')).toBe(0);
});

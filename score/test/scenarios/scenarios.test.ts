import { describe, expect, test } from '@jest/globals';
import { parametersOf, SCENARIOS, scaled } from '../../src/scenarios/index.ts';

describe.each([...SCENARIOS.values()])('$name', (scenario) => {
  test('is over after its faults', () => {
    const ends = [
      ...scenario.system.map((fault) => fault.atS + ('forS' in fault ? fault.forS : 0)),
      ...scenario.radio.flatMap(({ faults }) => faults.map(({ when }) => (when?.untilMs ?? 0) / 1_000)),
    ];
    for (const endS of ends) expect(endS).toBeLessThan(scenario.seconds);
  });

  test('breaks only nodes that it has', () => {
    for (const fault of scenario.system) {
      if ('node' in fault) expect(fault.node).toBeLessThan(scenario.nodes);
    }
  });

  test('says what it is made of', () => {
    const text = parametersOf(scenario)
      .map(({ name, value }) => `${name}: ${value}`)
      .join('\n');
    expect(text).toContain(`${scenario.drivers} drivers, ${scenario.riders} riders`);
    expect(text).not.toMatch(/undefined|NaN|\[object/);
  });
});

test('the parameters of the city are those that a rider of any day sees', () => {
  const text = JSON.stringify(parametersOf(SCENARIOS.get('city')!));
  for (const part of [
    '68 % within 5 m',
    'τ 30 s',
    '20 m off',
    '10 % of fixes lost',
    '0 s to 2 s late',
    '5 % out of order',
  ]) {
    expect(text).toContain(part);
  }
});

test('a scaled world has fewer people, never none, and the same faults', () => {
  const city = SCENARIOS.get('city')!;
  expect(scaled(city, 0.1)).toEqual({ ...city, drivers: 100, riders: 200 });
  expect(scaled(city, 0.0001)).toMatchObject({ drivers: 2, riders: 4 });
});

// A scenario in words, as it is printed on the card.

import {
  type DeviceFault,
  FAULT_PROFILES,
  type NamedFaults,
  PHONE_GPS,
  type RadioFault,
  type When,
} from '@tripcast/driver-sim';
import type { Parameter } from '../result.ts';
import { type Scenario, systemFaultInWords } from './scenario.ts';

/** What the world is made of. */
export function parametersOf(scenario: Scenario): Parameter[] {
  const { drivers, riders, nodes, redis, device, radio, system } = scenario;
  const store = redis === 'sentinel' ? 'a master, a replica and three sentinels' : 'Redis';
  return [
    { name: 'world', value: `${drivers} drivers, ${riders} riders, ${nodes} nodes, ${store} with AOF` },
    {
      name: 'GPS',
      value: `68 % within ${PHONE_GPS.radiusMetres} m, Gauss-Markov with τ ${PHONE_GPS.correlationSeconds} s, at 1 Hz`,
    },
    { name: 'phones', value: device.map(deviceFaultInWords).join('; ') },
    ...radio.map(({ who, share, faults }) => ({
      name: `radio of ${share * 100} % of ${who}`,
      value: faults.map(radioFaultInWords).join('; '),
    })),
    ...system.map((fault) => ({ name: `at ${fault.atS} s`, value: systemFaultInWords(fault) })),
  ];
}

/** What drivers' phones and radios were given besides. */
export function faultParameters(faults: readonly NamedFaults[]): Parameter[] {
  return faults.map(({ name, share }) => ({
    name: `faults of ${percent(share)} of drivers`,
    value: `${name}: ${FAULT_PROFILES[name].description}`,
  }));
}

function deviceFaultInWords(fault: DeviceFault): string {
  switch (fault.kind) {
    case 'dead':
      return `switched off${whenInWords(fault.when)}`;
    case 'noisy':
      return `another ${fault.radiusMetres} m of wandering error${whenInWords(fault.when)}`;
    case 'displaced':
      return `${fault.metres} m off${whenInWords(fault.when)}`;
    case 'frozen':
      return `the same place again${whenInWords(fault.when)}`;
    case 'missing':
      return `no ${fault.fields.join(', ')}${whenInWords(fault.when)}`;
    case 'skewed':
      return `clock ${seconds(fault.ms)} ahead${whenInWords(fault.when)}`;
    case 'lost':
      return `${percent(fault.share)} of fixes lost${whenInWords(fault.when)}`;
    case 'jittered':
      return `${seconds(fault.leastMs)} to ${seconds(fault.mostMs)} late${whenInWords(fault.when)}`;
    case 'reordered':
      return `${percent(fault.share)} out of order by ${seconds(fault.leastMs)} to ${seconds(fault.mostMs)}${whenInWords(fault.when)}`;
    case 'duplicated':
      return `${percent(fault.share)} twice${whenInWords(fault.when)}`;
    default:
      return fault satisfies never;
  }
}

function radioFaultInWords(fault: RadioFault): string {
  const when = whenInWords(fault.when);
  switch (fault.kind) {
    case 'latency':
      return `${fault.leastMs} to ${fault.mostMs} ms each way${when}`;
    case 'slow':
      return `${fault.bytesPerSecond} B/s${when}`;
    case 'tunnel':
      return `no signal${when}`;
    case 'refusing':
      return `connections refused${when}`;
    case 'stalled-reader':
      return `nothing is read${when}`;
    case 'cut':
      return `connections reset${when}`;
    case 'half-open':
      return `connections forgotten on the way${when}`;
    default:
      return fault satisfies never;
  }
}

function whenInWords(when: When | undefined): string {
  if (!when) return '';
  const stretch = `${when.fromMs ? ` from ${seconds(when.fromMs)}` : ''}${when.untilMs ? ` to ${seconds(when.untilMs)}` : ''}`;
  if (!('everyMs' in when)) return stretch;
  const { everyMs, lastsMs } = when;
  const lasts =
    typeof lastsMs === 'number' ? seconds(lastsMs) : `${seconds(lastsMs.least)} to ${seconds(lastsMs.most)}`;
  return `${stretch} for ${lasts} every ${seconds(everyMs)}`;
}

function seconds(ms: number): string {
  return `${ms / 1_000} s`;
}

function percent(share: number): string {
  return `${share * 100} %`;
}

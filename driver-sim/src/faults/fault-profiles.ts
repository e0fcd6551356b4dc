// Named faults: what a phone and its radio do, told as a driver would. Plain data: it is printed on the scorecard.

import type { Random } from '../random.ts';
import type { DeviceFault } from './device-faults.ts';
import type { RadioFault } from './radio-conditions.ts';

/** What happens to one vehicle. */
export interface VehicleFaults {
  device: readonly DeviceFault[];
  radio: readonly RadioFault[];
}

/** What all vehicles, or this share of them (0 to 1, each by chance), suffer; `parts`: of those again. */
export interface FaultPart {
  share?: number;
  device?: readonly DeviceFault[];
  radio?: readonly RadioFault[];
  parts?: readonly FaultPart[];
}

export interface FaultProfile {
  description: string;
  /** All that apply add up. */
  parts: readonly FaultPart[];
}

const SECOND = 1_000;
const MINUTE = 60_000;

/** From the receiver to the app, in a phone that works. */
export const PROMPT: DeviceFault = { kind: 'jittered', leastMs: 20, mostMs: 80 };
const TELEPORT: DeviceFault = {
  kind: 'displaced',
  metres: 500,
  when: { everyMs: 20 * MINUTE, lastsMs: SECOND },
};

export const FAULT_PROFILES = {
  none: { description: 'what is measured is delivered at once', parts: [] },
  calm: { description: 'a good phone on a good network', parts: [{ device: [PROMPT] }] },
  city: {
    description:
      '10 % of fixes lost, delays of 0 to 2 s, 5 % reordered, 20 m multipath every 5 min, a few odd phones',
    parts: [
      {
        device: [
          { kind: 'lost', share: 0.1 },
          { kind: 'jittered', leastMs: 0, mostMs: 2 * SECOND },
          // With such delays two of three that come late are overtaken indeed: 5 % of all.
          { kind: 'reordered', share: 0.075, leastMs: 1 * SECOND, mostMs: 2 * SECOND },
          { kind: 'duplicated', share: 0.01, leastMs: 0, mostMs: SECOND },
          {
            kind: 'displaced',
            metres: 20,
            when: { everyMs: 5 * MINUTE, lastsMs: { least: 5 * SECOND, most: 20 * SECOND } },
          },
          TELEPORT,
          {
            kind: 'frozen',
            when: { everyMs: 20 * MINUTE, lastsMs: { least: 3 * SECOND, most: 10 * SECOND } },
          },
        ],
        radio: [{ kind: 'latency', leastMs: 20, mostMs: 120 }],
      },
      { share: 0.05, device: [{ kind: 'missing', fields: ['heading', 'speed'] }] },
      { share: 0.02, device: [{ kind: 'skewed', ms: 45 * SECOND }] },
    ],
  },
  tunnel: {
    description: 'a good phone that is without signal for 1 to 4 minutes, every 10',
    parts: [
      {
        device: [PROMPT],
        radio: [
          {
            kind: 'tunnel',
            when: { everyMs: 10 * MINUTE, lastsMs: { least: 1 * MINUTE, most: 4 * MINUTE } },
          },
        ],
      },
    ],
  },
  flapping: {
    description: 'the connection is lost every half minute, and refused or silent for some seconds',
    parts: [
      {
        device: [PROMPT],
        radio: [
          { kind: 'latency', leastMs: 30, mostMs: 300 },
          { kind: 'cut', when: { everyMs: 30 * SECOND, lastsMs: 0 } },
          {
            kind: 'refusing',
            when: { everyMs: 60 * SECOND, lastsMs: { least: 1 * SECOND, most: 8 * SECOND } },
          },
          {
            kind: 'tunnel',
            when: { everyMs: 60 * SECOND, lastsMs: { least: 2 * SECOND, most: 12 * SECOND } },
          },
          { kind: 'half-open', when: { everyMs: 3 * MINUTE, lastsMs: 0 } },
        ],
      },
    ],
  },
  'slow-phone': {
    description:
      'a cheap phone: wandering GPS, late fixes, no heading, 1 kB/s, an app that hangs now and then',
    parts: [
      {
        device: [
          { kind: 'noisy', radiusMetres: 12 },
          { kind: 'jittered', leastMs: 100, mostMs: 1_500 },
          { kind: 'missing', fields: ['heading'] },
        ],
        radio: [
          { kind: 'latency', leastMs: 150, mostMs: 600 },
          { kind: 'slow', bytesPerSecond: 1_000 },
          {
            kind: 'stalled-reader',
            when: { everyMs: 3 * MINUTE, lastsMs: { least: 2 * SECOND, most: 15 * SECOND } },
          },
        ],
      },
    ],
  },
  'bad-clock': {
    description: 'clocks that are off, drift, or are set while driving',
    parts: [
      { device: [PROMPT] },
      { share: 0.4, device: [{ kind: 'skewed', ms: 90 * SECOND }] },
      { share: 0.4, device: [{ kind: 'skewed', ms: 0, driftPpm: 200 }] },
      { share: 0.4, device: [{ kind: 'skewed', ms: -30 * SECOND, when: { fromMs: 2 * MINUTE } }] },
    ],
  },
  'dying-battery': {
    description: 'half of the phones go dark in the sixth minute, and are charged again three minutes later',
    parts: [
      { device: [PROMPT] },
      { share: 0.5, device: [{ kind: 'dead', when: { fromMs: 5 * MINUTE, untilMs: 8 * MINUTE } }] },
    ],
  },
} as const satisfies Record<string, FaultProfile>;

export type FaultProfileName = keyof typeof FAULT_PROFILES;

export function isFaultProfile(name: string): name is FaultProfileName {
  return Object.hasOwn(FAULT_PROFILES, name);
}

/** A profile for this share of the vehicles, 0 to 1. */
export interface NamedFaults {
  name: FaultProfileName;
  share: number;
}

/** What `city,tunnel:0.3` says; what is wrong with it is added to `mistakes`. */
export function namedFaultsIn(text: string, mistakes: string[]): NamedFaults[] {
  return text.split(',').flatMap((part) => {
    const [name = '', shareText = '1', ...more] = part.trim().split(':');
    const share = shareText.trim() === '' ? Number.NaN : Number(shareText);
    if (!isFaultProfile(name) || more.length > 0) {
      mistakes.push(
        `--faults must be one of: ${Object.keys(FAULT_PROFILES).join(', ')}; not "${part.trim()}"`,
      );
      return [];
    }
    if (!(share > 0 && share <= 1)) {
      mistakes.push(
        `--faults ${name} may be for a share of the drivers, above 0 up to 1; not "${shareText}"`,
      );
      return [];
    }
    return [{ name, share }];
  });
}

/** Several profiles at once. */
export function composedProfile(profiles: readonly NamedFaults[]): FaultProfile {
  const [first, ...more] = profiles;
  if (first && first.share === 1 && more.length === 0) return FAULT_PROFILES[first.name];
  return {
    description: profiles.map(({ name }) => FAULT_PROFILES[name].description).join('; '),
    parts: profiles.map(({ name, share }) => ({ share, parts: FAULT_PROFILES[name].parts })),
  };
}

/** One vehicle's faults; one number is drawn for each part, whether it applies or not. */
export function faultsOf(profile: FaultProfile, random: Random): VehicleFaults {
  const parts = sufferedOf(profile.parts, random);
  return {
    device: parts.flatMap(({ device = [] }) => device),
    radio: parts.flatMap(({ radio = [] }) => radio),
  };
}

function sufferedOf(parts: readonly FaultPart[], random: Random): FaultPart[] {
  return parts.flatMap((part) => {
    const isMet = random() < (part.share ?? 1);
    const within = sufferedOf(part.parts ?? [], random);
    return isMet ? [part, ...within] : [];
  });
}

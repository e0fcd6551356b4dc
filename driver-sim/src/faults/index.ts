export * from './device-clock.ts';
export * from './device-faults.ts';
export * from './fault-profiles.ts';
export * from './injected-fault.ts';
export * from './radio-conditions.ts';
export * from './radio-proxy.ts';
export * from './radio-schedule.ts';
export * from './when.ts';

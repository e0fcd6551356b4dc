export * from './route.ts';
export * from './routing.ts';
export * from './streets.ts';

export * from './results.ts';

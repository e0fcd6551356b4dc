export * from './geojson.ts';
export * from './gpx.ts';
export * from './measured.ts';
export * from './recorder.ts';
export * from './replayed-vehicle.ts';
export * from './trace.ts';

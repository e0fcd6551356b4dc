// GPX 1.0 and 1.1 (https://www.topografix.com/gpx.asp). Speed (m/s) and course (degrees) are where GPX 1.0 had them, or
// in Garmin's TrackPointExtension v2, which is also what is written. An accuracy in metres has no place in GPX.

import { SaxesParser } from 'saxes';
import { type Measured, measured, type Recorded } from './measured.ts';

/**
 * The points of the first track that has any, over all its segments.
 * @throws Error for text that is no XML, or no GPX
 */
export function readGpx(text: string): Measured[] {
  const points: Measured[] = [];
  let point: Record<string, string> | undefined;
  let element = '';
  let isGpx = false;
  let isOver = false;

  const parser = new SaxesParser();
  parser.on('opentag', ({ name, attributes }) => {
    element = localName(name);
    if (element === 'gpx') isGpx = true;
    if (element === 'trkpt' && !isOver) point = { ...attributes };
  });
  parser.on('text', (said) => {
    if (point) point[element] = (point[element] ?? '') + said.trim();
  });
  parser.on('closetag', ({ name }) => {
    const closed = localName(name);
    if (closed === 'trkpt' && point) {
      const { lat: latitude, lon: longitude, time, speed, course } = point;
      points.push(measured({ latitude, longitude, time, speed, heading: course }));
      point = undefined;
    }
    if (closed === 'trk') isOver = points.length > 0;
    element = '';
  });
  parser.on('error', (error) => {
    throw new Error(`is not XML (line:column ${error.message})`);
  });
  parser.write(text).close();
  if (!isGpx) throw new Error('is XML, but not GPX');
  return points;
}

/** A track of what was measured and, where it is known, another one of the truth. */
export function writeGpx(recording: readonly Recorded[]): string {
  const truths = recording.flatMap(({ fix: { time }, truth }) =>
    truth ? [{ ...truth, time, heading: truth.headingDegrees, speed: truth.speedMps }] : [],
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="Tripcast" xmlns="http://www.topografix.com/GPX/1/1" xmlns:gpxtpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v2">
${track(
  'measured',
  recording.map(({ fix }) => fix),
)}${truths.length > 0 ? track('truth', truths) : ''}</gpx>
`;
}

function track(name: string, points: readonly (Measured & { time: number })[]): string {
  return `<trk><name>${name}</name><trkseg>\n${points.map(trackPoint).join('')}</trkseg></trk>\n`;
}

function trackPoint({ latitude, longitude, time, speed, heading }: Measured & { time: number }): string {
  const more = [
    speed !== undefined ? `<gpxtpx:speed>${speed.toFixed(2)}</gpxtpx:speed>` : '',
    heading !== undefined ? `<gpxtpx:course>${(heading % 360).toFixed(2)}</gpxtpx:course>` : '',
  ].join('');
  const extensions = more
    ? `<extensions><gpxtpx:TrackPointExtension>${more}</gpxtpx:TrackPointExtension></extensions>`
    : '';
  return `<trkpt lat="${latitude.toFixed(7)}" lon="${longitude.toFixed(7)}"><time>${new Date(time).toISOString()}</time>${extensions}</trkpt>\n`;
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

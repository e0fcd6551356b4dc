import { describe, expect, test } from '@jest/globals';
import { vehicleId } from '@tripcast/protocol';
import { readFleetAnswer, readFleetQuestion } from '../../src/fleet/fleet-note.ts';
import { readReports, type VehicleReport, writeReports } from '../../src/fleet/fleet-report.ts';
import { fixesAt } from '../contract/samples.ts';

const NODE = 'a node, wherever-1';
const REPORTS: VehicleReport[] = [
  {
    id: vehicleId('v'),
    session: 1_795_000_000_001,
    online: true,
    since: 1,
    fix: fixesAt(7),
    facts: undefined,
  },
  {
    id: vehicleId('x'.repeat(64)),
    session: 2 ** 48 - 1,
    online: false,
    since: 1_795_000_000_002,
    fix: fixesAt(1_795_000_000_000),
    facts: '{"paceMs":5000,"trip":{"id":"t","status":"NEW","plate":"Ñandú 1"}}',
  },
];

describe('reports of vehicles', () => {
  test('are read as they were written', () => {
    expect(readReports(writeReports(NODE, REPORTS))).toEqual({ node: NODE, reports: REPORTS });
    expect(readReports(writeReports(NODE, []))).toEqual({ node: NODE, reports: [] });
  });

  test('that were cut are none, or fewer', () => {
    const whole = writeReports(NODE, REPORTS);
    for (let bytes = 0; bytes < whole.length; bytes++) {
      const read = readReports(whole.subarray(0, bytes));
      if (read) expect(read.reports).toEqual(REPORTS.slice(0, read.reports.length));
    }
  });

  test('are none of what others say, nor the other way round', () => {
    const text = new TextEncoder().encode('{"type":"node","node":{"id":"n"}}');
    expect(readReports(text)).toBeUndefined();
    expect(readFleetAnswer(text)).toEqual({ type: 'node', node: { id: 'n' } });
    expect(readFleetAnswer(writeReports(NODE, REPORTS))).toBeUndefined();
  });
});

test('questions that no node of ours has asked are ignored', () => {
  const read = (question: unknown) => readFleetQuestion(new TextEncoder().encode(JSON.stringify(question)));
  const interest = { type: 'interest', node: 'n', cells: [1], fresh: [], summaries: false };
  expect(read(interest)).toEqual(interest);
  expect(read({ ...interest, cells: [-1] })).toBeUndefined();
  expect(read({ ...interest, fresh: 'x' })).toBeUndefined();
  expect(read({ ...interest, node: 7 })).toBeUndefined();
  expect(read({ type: 'find', node: 'n', ask: 1, text: 'x' })).toMatchObject({ type: 'find' });
  expect(read({ type: 'find', node: 'n', ask: '1', text: 'x' })).toBeUndefined();
  expect(read({ type: 'other', node: 'n' })).toBeUndefined();
});

import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import type { TripId } from '@tripcast/protocol';
import { createMetrics } from '../../src/metrics/metrics.ts';
import { idleNode, sample } from './idle-node.ts';

const OPERATIONS = new URL('../../../docs/operations.md', import.meta.url);
const TRIP = 't' as TripId;

test('every metric is described in docs/operations.md, and everything described there is measured', async () => {
  const text = await createMetrics(idleNode()).text();
  const measured = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name!);
  const described = readFileSync(OPERATIONS, 'utf8').matchAll(/^\| `((?:tripcast|process|nodejs)_\w+)/gm);
  expect([...described].map(([, name]) => name).sort()).toEqual(measured.sort());
});

test('names and units are as Prometheus asks for, and each has a help text', async () => {
  const text = await createMetrics(idleNode()).text();
  for (const [, name, type] of text.matchAll(/^# TYPE (tripcast_\S+) (\S+)/gm)) {
    expect(name).toMatch(type === 'counter' ? /_total$/ : /[^_]$/);
    expect(name).not.toMatch(/_(ms|milliseconds|kb)\b/);
    expect(text).toMatch(new RegExp(`^# HELP ${name} \\S`, 'm'));
  }
});

test.each([
  'connections_opened_total{role="driver"}',
  'closes_total{role="rider",code="4003"}',
  'handshakes_refused_total{code="unavailable"}',
  'limits_met_total{limit="trip_followers"}',
  'fixes_refused_total{code="fix_out_of_order"}',
  'takeovers_total{notice="note"}',
])('%s is there before its first event, which is then an increase', async (name) => {
  expect(sample(await createMetrics(idleNode()).text(), `tripcast_${name}`)).toBe(0);
});

test("close codes of a client's own invention make no series of their own", async () => {
  const metrics = createMetrics(idleNode());
  const series = (text: string) => text.match(/^tripcast_closes_total\{/gm)!.length;
  const before = series(await metrics.text());
  for (let code = 3_000; code < 4_999; code++) {
    metrics.socketOpened('rider');
    metrics.socketClosed('rider', code);
  }
  const text = await metrics.text();
  expect(series(text)).toBe(before);
  expect(sample(text, 'tripcast_closes_total{role="rider",code="other"}')).toBeGreaterThan(1_900);
  expect(sample(text, 'tripcast_connections{role="rider"}')).toBe(0);
});

test('from publishing to delivering is measured once for what this node has published itself', async () => {
  const metrics = createMetrics(idleNode());
  metrics.publishing(TRIP, 1_000);
  metrics.fixesDelivered(TRIP, 900, 1, 2, 50); // of another node
  metrics.fixesDelivered(TRIP, 1_000, 1, 2, 50);
  metrics.fixesDelivered(TRIP, 1_000, 1, 2, 50);
  const text = await metrics.text();
  expect(sample(text, 'tripcast_publish_to_deliver_seconds_count')).toBe(1);
  expect(sample(text, 'tripcast_fix_age_at_delivery_seconds_count')).toBe(6);
  expect(sample(text, 'tripcast_fix_age_at_delivery_seconds_sum')).toBeCloseTo(0.3);
});

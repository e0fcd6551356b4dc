import { expect, test } from '@jest/globals';
import { Counter, Counters, Histogram, writeFamilies } from '../../src/metrics/measures.ts';

test('families are written as Prometheus reads them', () => {
  const closes = new Counters({ role: ['rider', 'driver'], code: [1000] });
  closes.add(['rider', 1000]);
  closes.add(['rider', 1000], 2);
  closes.add(['driver', 'a "quoted"\\\nline']);
  const seconds = new Histogram([0.1, 1]);
  seconds.observe(0.1);
  seconds.observe(0.5, 3);
  seconds.observe(7);
  const total = new Counter();
  total.add(5);
  const text = writeFamilies([
    { name: 'closes_total', type: 'counter', help: 'Closes', samples: () => closes.samples() },
    { name: 'seconds', type: 'histogram', help: 'Seconds', samples: () => seconds.samples() },
    { name: 'total', type: 'counter', help: 'All', samples: () => total.samples() },
  ]);
  expect(text).toBe(`# HELP closes_total Closes
# TYPE closes_total counter
closes_total{role="rider",code="1000"} 3
closes_total{role="driver",code="1000"} 0
closes_total{role="driver",code="a \\"quoted\\"\\\\\\nline"} 1
# HELP seconds Seconds
# TYPE seconds histogram
seconds_bucket{le="0.1"} 1
seconds_bucket{le="1"} 4
seconds_bucket{le="+Inf"} 5
seconds_sum 8.6
seconds_count 5
# HELP total All
# TYPE total counter
total 5
`);
});

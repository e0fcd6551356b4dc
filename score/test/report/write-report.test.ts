import { describe, expect, test } from '@jest/globals';
import { pageScript } from '../../src/report/page-script.ts';
import { fullTitle, headline } from '../../src/report/verdict.ts';
import { writeReport } from '../../src/report/write-report.ts';
import { judged, type ScoreResult } from '../../src/result.ts';
import { sampleResult } from './sample-result.ts';

const LARGEST_BYTES = 1_500_000;

describe('the report', () => {
  const result = sampleResult();
  const page = writeReport(result);

  test('is one file that asks for nothing from anywhere', () => {
    const markup = withoutScripts(page);
    const asked = [...markup.matchAll(/(?:src|href|srcset)="([^"]*)"|url\(([^)]*)\)|@import[^;]*/g)];
    expect(asked.map(([found]) => found)).toEqual(['href="data:,"']);
    expect(markup).toMatch(/http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;;/);
    expect(page.match(/^\s*(?:import|export) .*$/gm)).toBeNull();
  });

  test('carries a script that a browser can read, no name given twice', () => {
    expect(() => new Function(pageScript())).not.toThrow();
  });

  test('says each row, its budget, and the baselines', () => {
    for (const { title } of result.rows) expect(page).toContain(title.replaceAll("'", '&#39;'));
    expect(page).toContain('≤ 5 m');
    expect(page).toContain('jumping 4.61 m, lerp 5.24 m');
  });

  test('says what is broken before all else', () => {
    expect(page.indexOf('1 of 8 budgets broken')).toBeLessThan(page.indexOf('<h2>'));
    const first = page.slice(0, page.indexOf('<h2>'));
    expect(first).toContain('Shown against true, at the moment that is shown, p95');
    expect(first).toContain('budget 15 m');
  });

  test('has a text for each picture', () => {
    const pictures = page.match(/role="img"/g)!;
    expect(page.match(/role="img" aria-label="[^"]{40,}"/g)).toHaveLength(pictures.length);
    expect(page).toMatch(/<input type="range"[^>]*aria-label=/);
  });

  test('names the source of its streets', () => {
    expect(page).toContain('© OpenStreetMap contributors');
  });

  test('stays small enough to be sent around, even when the ride crosses the whole city', () => {
    const { worstRider } = result;
    const across = worstRider!.truth.map((sample, index) => ({
      ...sample,
      latitude: -34.95 + 0.13 * (index / worstRider!.truth.length),
      longitude: -56.25 + 0.17 * (index / worstRider!.truth.length),
    }));
    const longest = writeReport({ ...result, worstRider: { ...worstRider!, truth: across } });
    expect(Buffer.byteLength(page)).toBeLessThan(LARGEST_BYTES / 4);
    expect(Buffer.byteLength(longest)).toBeLessThan(LARGEST_BYTES);
  });

  test('shows text of a result as text', () => {
    const evil = '</script><script>alert(1)</script>';
    const worstRider = { ...result.worstRider!, vehicleId: evil, why: evil };
    const hostile: ScoreResult = { ...result, title: evil, notes: [evil], worstRider };
    expect(writeReport(hostile)).not.toContain('<script>alert');
  });

  test('of a run without faults, pictures and values has no empty pictures', () => {
    const { worstRider: _, ...rest } = result;
    const bare = writeReport({ ...rest, rows: [], distributions: [], timeline: [] });
    expect(bare).toContain('No budgets to hold');
    for (const id of ['timeline', 'replay', 'errors', 'distributions'])
      expect(bare).not.toContain(`id="${id}"`);
    expect(bare).not.toMatch(/NaN|undefined|Infinity/);
  });

  test('draws no numbers that are none', () => {
    expect(withoutScripts(page)).not.toMatch(/NaN|undefined|Infinity/);
  });
});

describe('the verdict', () => {
  test('counts budgets', () => {
    expect(headline(0, 0)).toBe('No budgets to hold');
    expect(headline(1, 0)).toBe('The one budget is held');
    expect(headline(8, 0)).toBe('All 8 budgets held');
    expect(headline(8, 8)).toBe('8 of 8 budgets broken');
  });

  test('names a percentile by the measure that it belongs to', () => {
    const { rows } = sampleResult();
    const p99 = rows.find(({ id }) => id === 'latency.p99')!;
    expect(fullTitle(p99, rows)).toBe("Driver's write → follower's callback, p99");
  });

  test('tells a value within its budget that a simpler marker beats', () => {
    const row = judged(
      {
        id: 'truth.errorShown.median',
        group: 'truth',
        title: 'Error',
        value: 4,
        unit: 'm',
        baselines: { raw: 3, lerp: 6 },
      },
      { atMost: 5, beatsBaselines: true },
    );
    const page = writeReport({ ...sampleResult(), rows: [row] });
    expect(page).toContain('not better than 3 m of a simpler marker');
  });

  test('holds no budget with a value that was not measured', () => {
    const row = judged(
      { id: 'latency.p99', group: 'latency', title: 'Latency', value: null, unit: 'ms' },
      { atMost: 5 },
    );
    expect(writeReport({ ...sampleResult(), rows: [row] })).toContain('1 of 1 budgets broken');
  });
});

function withoutScripts(page: string): string {
  return page.replace(/<script[\s\S]*?<\/script>/g, '');
}

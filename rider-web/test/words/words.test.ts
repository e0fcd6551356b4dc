// Promises that every language keeps.

import { describe, expect, test } from '@jest/globals';
import { TRIP_STATUSES } from '@tripcast/protocol';
import { formatsOf } from '../../src/words/formats.ts';
import { chooseLanguage, LANGUAGES, wordsIn } from '../../src/words/languages.ts';

const english = wordsIn({ code: 'en', locale: 'en-GB' });
const inUruguay = wordsIn({ code: 'es', locale: 'es-UY' });
const inSpain = wordsIn({ code: 'es', locale: 'es-ES' });

describe.each(Object.entries(LANGUAGES))('%s', (code, { words: inLanguage }) => {
  const words = inLanguage(formatsOf(code));

  test('names itself', () => expect(words.language).toBe(code));

  test.each(['rider', 'guest'] as const)('has its own words for every status, to the %s', (reader) => {
    const said = TRIP_STATUSES.map((status) => words.status(status, reader));
    expect(new Set(said).size).toBe(TRIP_STATUSES.length);
  });

  test('has words for a status that this page does not know', () => {
    const unknown = words.status('ENROUTE_TO_INTERMEDIATE_DESTINATION');
    expect(unknown).not.toBe('');
    expect(words.status('toString')).toBe(unknown);
  });

  test('says something of every ride that is not shown', () => {
    for (const why of [
      'expired',
      'takenBack',
      'sharedEnded',
      'ended',
      'notFound',
      'otherTrip',
      'busy',
      'noAccess',
    ] as const) {
      const { title, text } = words.farewell(why);
      expect(title && text).not.toBe('');
    }
  });

  test('[P9] whatever is not live carries its age', () => {
    for (const kind of ['offline', 'silent', 'disturbed'] as const) {
      expect(words.truth({ kind, since: 0 }, 12)).toContain('12 s');
    }
    expect(words.truth({ kind: 'reconnecting' }, 12)).toContain('12 s');
  });
});

test('how true it is, in words', () => {
  expect(english.truth({ kind: 'live' }, 0)).toBe('Live');
  expect(english.truth({ kind: 'live' }, 7)).toBe('Live, 7 s old');
  expect(english.truth({ kind: 'noNetwork' }, 0)).toBe('You’re offline');
  expect(english.truth({ kind: 'noNetwork' }, 12)).toBe('12 s old: you’re offline');
  expect(inUruguay.truth({ kind: 'noNetwork' }, 12)).toBe('Hace 12 s: no tienes conexión');
  expect(english.truth({ kind: 'offline', since: 0 }, 12)).toBe('12 s old: driver’s phone is offline');
  expect(english.truth({ kind: 'offline', since: 0 }, 0)).toBe('Driver’s phone is offline');
  expect(english.truth({ kind: 'silent', since: undefined }, undefined)).toBe(
    'Waiting for the first position',
  );
  expect(english.truth({ kind: 'disturbed', since: 0 }, 200)).toBe('3 min old: trouble on our side');
  expect(inUruguay.truth({ kind: 'offline', since: 0 }, 12)).toBe(
    'Hace 12 s: el teléfono del chofer está sin conexión',
  );
});

test('an estimate is a range, and never more exact than it is', () => {
  expect(english.eta({ low: 0, high: 1 })).toBe('1 min or less');
  expect(english.eta({ low: 0, high: 2 })).toBe('1–2 min');
  expect(english.eta({ low: 4, high: 4 })).toBe('4 min');
  expect(english.eta({ low: 55, high: 70 })).toBe('55 min – 1 h 10 min');
});

describe('units are those of the reader’s region', () => {
  test.each([
    ['en-GB', 1_240, '0.8 mi'],
    ['en-US', 60, '200 ft'],
    ['en-US', 20_000, '12 mi'],
    ['en-IE', 846, '850 m'],
    ['en', 4, '0 m'],
    ['es-UY', 846, '850 m'],
    ['es-UY', 997, '1,0 km'],
    ['es-UY', 1_240, '1,2 km'],
    ['es-UY', 12_400, '12 km'],
    ['es-US', 1_240, '0.8 mi'],
  ])('%s: %d m is "%s"', (locale, metres, text) => {
    expect(formatsOf(locale).distance(metres)).toBe(text);
  });

  test('and so is the clock', () => {
    const noon = new Date(2026, 10, 23, 14, 4).getTime();
    expect(formatsOf('en-US').clockTime(noon)).toMatch(/^2:04\sPM$/);
    expect(formatsOf('es-ES').clockTime(noon)).toBe('14:04');
    expect(formatsOf('en-GB').clockTime(new Date(2026, 10, 23, 0, 48).getTime())).toBe('00:48');
  });

  test('in Spanish an hour has its article', () => {
    const at = (hour: number) => new Date(2026, 10, 23, hour, 5).getTime();
    expect(inSpain.arrivesAround(at(1))).toBe('hacia la 1:05');
    expect(inSpain.arrivesAround(at(13))).toBe('hacia las 13:05');
    expect(inUruguay.arrivesAround(at(11))).toMatch(/^hacia las 11:05/);
  });

  test('a time of another day is told with its day', () => {
    const monday = new Date(2001, 0, 1, 13, 5).getTime();
    expect(formatsOf('en-GB').otherDay(monday, monday + 60_000)).toBeUndefined();
    expect(formatsOf('en-GB').otherDay(monday, monday - 86_400_000)).toBe('Monday');
    expect(english.share.until(monday)).toBe('until Monday 13:05');
    expect(inSpain.share.until(monday)).toBe('hasta el lunes a las 13:05');
  });

  test('what took no minute is not said to have taken none', () => {
    expect(formatsOf('en').duration(20_000)).toBe('< 1 min');
    expect(formatsOf('en').duration(45 * 60_000)).toBe('45 min');
    expect(formatsOf('en').duration(125 * 60_000)).toBe('2 h 5 min');
  });
});

test('a car is named as at the kerb, with what is known of it', () => {
  const car = { colour: 'dark green', make: 'Fiat', model: 'Cronos' };
  expect(english.vehicle(car)).toBe('Dark green Fiat Cronos');
  expect(inUruguay.vehicle(car)).toBe('Fiat Cronos, verde oscuro');
  expect(inUruguay.vehicle({ colour: 'fucsia metalizado' })).toBe('Fucsia metalizado');
  expect(english.vehicle({})).toBe('');
});

describe('the language is', () => {
  test.each([
    [['es-UY', 'en'], null, 'es', 'es-UY'],
    [['de-DE', 'es-AR', 'en-US'], null, 'es', 'es-AR'],
    [['pt-BR', 'fr'], null, 'en', 'en'],
    [['en-GB', 'es-UY'], 'es', 'es', 'es-UY'],
    [['en-GB'], 'es', 'es', 'es'],
    [['en-GB'], 'xx', 'en', 'en-GB'],
    [['en_bad', 'en-GB'], null, 'en', 'en-GB'],
    [[], null, 'en', 'en'],
  ])('the first of %j that the page speaks, unless %s was chosen: %s', (preferred, chosen, code, locale) => {
    expect(chooseLanguage(preferred, chosen)).toEqual({ code, locale });
  });
});

import { expect, test } from '@jest/globals';
import { pageStorage } from '../../src/device/page-storage.ts';

test('a browser that forbids storage still shows the page: what it keeps is forgotten with it', () => {
  const storage = pageStorage(() => {
    throw new DOMException('denied', 'SecurityError');
  });
  expect(storage.getItem('language')).toBeNull();
  storage.setItem('language', 'es');
  expect(storage.getItem('language')).toBe('es');
});

/** The part of a storage that the pages use. */
export type PageStorage = Pick<Storage, 'getItem' | 'setItem'>;

/**
 * The browser's storage; one that forgets with the page where the reader doesn't allow any.
 * @param get reads `localStorage` or `sessionStorage`, which throws where it is forbidden
 */
export function pageStorage(get: () => PageStorage): PageStorage {
  try {
    return get();
  } catch {
    const kept = new Map<string, string>(); // SecurityError: cookies and site data are blocked
    return {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
    };
  }
}

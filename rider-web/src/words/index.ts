import { english } from './english.ts';

export type { Words } from './english.ts';

/** The words of the page's language. English is the only one so far. */
export const words = english;

import { useMemo } from 'react';
import { useWords } from '../../words/index.ts';
import { type DriveWords, english } from './english.ts';
import { spanish } from './spanish.ts';

export type { DriveWords } from './english.ts';

/** The driver's words in the page's language. */
export function useDriveWords(): DriveWords {
  const words = useWords();
  return useMemo(() => (words.language.startsWith('es') ? spanish : english)(words), [words]);
}

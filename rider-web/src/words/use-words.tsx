import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { pageStorage } from '../device/page-storage.ts';
import type { Words } from './english.ts';
import { chooseLanguage, type LanguageCode, wordsIn } from './languages.ts';

const CHOSEN = 'tripcast.language';
const storage = pageStorage(() => localStorage);

interface Spoken {
  words: Words;
  choose: (code: LanguageCode) => void;
}

const CurrentWords = createContext<Spoken | undefined>(undefined);

/** Speaks the reader's language to everything inside it. */
export function WordsProvider({ children }: { children: ReactNode }) {
  const [chosen, setChosen] = useState(() => storage.getItem(CHOSEN));
  const spoken = useMemo<Spoken>(
    () => ({
      words: wordsIn(chooseLanguage(navigator.languages, chosen)),
      choose: (code) => {
        storage.setItem(CHOSEN, code);
        setChosen(code);
      },
    }),
    [chosen],
  );

  useEffect(
    function nameLanguage() {
      document.documentElement.lang = spoken.words.language;
    },
    [spoken],
  );
  return <CurrentWords.Provider value={spoken}>{children}</CurrentWords.Provider>;
}

/** Speaks these words to everything inside it, and tells nobody else. */
export function WordsIn({ words, children }: { words: Words; children: ReactNode }) {
  const spoken = useMemo<Spoken>(() => ({ words, choose: () => {} }), [words]);
  return <CurrentWords.Provider value={spoken}>{children}</CurrentWords.Provider>;
}

export function useWords(): Words {
  return useSpoken().words;
}

/** The language that is spoken, and how to choose another. */
export function useSpoken(): Spoken {
  const spoken = useContext(CurrentWords);
  if (!spoken) throw new Error('nothing is said here: use this component inside <WordsProvider>');
  return spoken;
}

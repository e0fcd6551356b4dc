export type { Reader, Words } from './english.ts';
export { formatsOf } from './formats.ts';
export { chooseLanguage, LANGUAGES, type LanguageCode, wordsIn } from './languages.ts';
export { useSpoken, useWords, WordsIn, WordsProvider } from './use-words.tsx';

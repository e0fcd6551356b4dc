import { english, type Words } from './english.ts';
import { type Formats, formatsOf } from './formats.ts';
import { spanish } from './spanish.ts';

/** The languages that the pages speak, each by its own name. The first is for who reads none of them. */
export const LANGUAGES = {
  en: { name: 'English', words: english },
  es: { name: 'Español', words: spanish },
} as const satisfies Record<string, { name: string; words: (formats: Formats) => Words }>;

export type LanguageCode = keyof typeof LANGUAGES;

export interface Language {
  code: LanguageCode;
  /** BCP 47: the reader's own region where it goes with the language. */
  locale: string;
}

/**
 * What to speak to somebody.
 * @param preferred BCP 47 tags, as in `navigator.languages`
 * @param chosen what was chosen on the page, if anything
 */
export function chooseLanguage(preferred: readonly string[], chosen: string | null): Language {
  const codeOf = (tag: string) => tag.toLowerCase().split('-')[0]!;
  const code = [chosen ?? '', ...preferred].map(codeOf).find(isLanguage) ?? 'en';
  return { code, locale: preferred.find((tag) => codeOf(tag) === code && isLocale(tag)) ?? code };
}

export function wordsIn({ code, locale }: Language): Words {
  return LANGUAGES[code].words(formatsOf(locale));
}

function isLanguage(code: string): code is LanguageCode {
  return Object.hasOwn(LANGUAGES, code);
}

function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false; // RangeError: not a tag
  }
}

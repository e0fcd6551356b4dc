import { LANGUAGES, type LanguageCode, useSpoken } from '../words/index.ts';

export function LanguageSwitch() {
  const { words, choose } = useSpoken();
  return (
    <select
      className="language"
      aria-label={words.languageSwitch}
      value={words.language}
      onChange={({ currentTarget }) => choose(currentTarget.value as LanguageCode)}
    >
      {Object.entries(LANGUAGES).map(([code, { name }]) => (
        <option key={code} value={code} lang={code}>
          {name}
        </option>
      ))}
    </select>
  );
}

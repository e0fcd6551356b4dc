import { useWords } from '../../words/index.ts';
import { english, type FleetWords } from './english.ts';
import { spanish } from './spanish.ts';

export type { FleetWords } from './english.ts';

/** The operator's words in the page's language. */
export function useFleetWords(): FleetWords {
  return useWords().language.startsWith('es') ? spanish : english;
}

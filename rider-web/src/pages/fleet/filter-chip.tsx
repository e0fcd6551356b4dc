export interface FilterChipProps {
  name: string;
  mark?: string;
  count: number;
  isOn: boolean;
  onToggle: () => void;
}

/** What is shown, or not, and how many there are. */
export function FilterChip({ name, mark, count, isOn, onToggle }: FilterChipProps) {
  return (
    <button type="button" className="filter-chip" aria-pressed={isOn} onClick={onToggle}>
      {mark && <span className={`mark ${mark}`} aria-hidden="true" />}
      {name}
      <span className="filter-count">{count.toLocaleString()}</span>
    </button>
  );
}

/** The set with the item taken out or put in. */
export function toggled<Item>(set: ReadonlySet<Item>, item: Item): ReadonlySet<Item> {
  const next = new Set(set);
  if (!next.delete(item)) next.add(item);
  return next;
}

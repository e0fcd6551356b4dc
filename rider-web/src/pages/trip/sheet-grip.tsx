import { useRef } from 'react';
import { useWords } from '../../words/index.ts';

export interface SheetGripProps {
  isFolded: boolean;
  onFold: (isFolded: boolean) => void;
}

/** A drag that is shorter is a tap, px. */
const LEAST_DRAG = 16;

/** A phone's sheet is folded and unfolded by it: with a tap, a drag or the keyboard. */
export function SheetGrip({ isFolded, onFold }: SheetGripProps) {
  const words = useWords();
  const from = useRef<number>(undefined);
  const hasDragged = useRef(false);
  return (
    <button
      type="button"
      className="sheet-grip"
      aria-label={isFolded ? words.showDetails : words.hideDetails}
      aria-expanded={!isFolded}
      onPointerDown={(event) => {
        from.current = event.clientY;
        hasDragged.current = false;
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerUp={(event) => {
        const byPixels = event.clientY - (from.current ?? event.clientY);
        if (Math.abs(byPixels) < LEAST_DRAG) return;
        hasDragged.current = true; // the click that follows is no tap
        onFold(byPixels > 0);
      }}
      onClick={() => !hasDragged.current && onFold(!isFolded)}
    />
  );
}

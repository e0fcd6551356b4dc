import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';
import { useWords } from '../words/index.ts';
import { Icon } from './icon.tsx';

export interface DialogProps {
  title: string;
  children: ReactNode;
  /** Closed by its button, by Escape or by a click beside it. */
  onClose: () => void;
}

/** A modal dialog: a sheet from below on a phone. The browser keeps the focus inside and gives it back. */
export function Dialog({ title, children, onClose }: DialogProps) {
  const words = useWords();
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();

  // Before anything is painted: nobody finds the focus nowhere.
  useLayoutEffect(function open() {
    const shown = dialog.current!;
    const opener = document.activeElement;
    shown.showModal();
    return function giveFocusBack() {
      shown.close();
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, []);

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a modal dialog, and there is the button
    <dialog
      ref={dialog}
      className="dialog"
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      <div className="dialog-body">
        <header className="dialog-head">
          <h2 id={titleId}>{title}</h2>
          <button type="button" className="icon-button" aria-label={words.close} onClick={onClose}>
            <Icon name="close" />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}

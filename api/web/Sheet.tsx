/** A modal sheet: opens over the page, closes by Escape or its cross, and gives the focus back. */
import { type ReactNode, useLayoutEffect, useRef } from 'react';
import { Close } from './icons.tsx';

type Needs = { title: string; id: string; narrow?: boolean; closeLabel?: string; onClose(): void; children: ReactNode };

export function Sheet({ title, id, narrow = false, closeLabel = 'Close', onClose, children }: Needs) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    // A modal that is removed while it is open leaves the page without focus.
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={narrow ? 'sheet narrow' : 'sheet'}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <header className="sheet-head">
        <h2 id={id}>{title}</h2>
        <button type="button" className="bare" onClick={onClose} aria-label={closeLabel}><Close /></button>
      </header>
      {children}
    </dialog>
  );
}

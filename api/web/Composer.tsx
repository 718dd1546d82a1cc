/** Where a sentence is written: text, attached programs, examples. Enter sends, Shift+Enter breaks the line. */
import { type ChangeEvent, type Dispatch, type FormEvent, type KeyboardEvent, type RefObject, type SetStateAction, useEffect, useState } from 'react';
import type { ErrorValue } from '../../intents/errors.ts';
import { errorValue } from './hooks.ts';
import { ArrowUp, Clip, Close } from './icons.tsx';
import { useNetwork } from './network.ts';
import { Trouble } from './parts.tsx';
import type { Attached } from './turns.ts';

const MOST_BYTES = 8 * 1024 * 1024;

export type Draft = { text: string; files: Attached[]; select?: string };
type Needs = { draft: Draft; setDraft: Dispatch<SetStateAction<Draft>>; box: RefObject<HTMLTextAreaElement | null>; onSay(text: string, files: Attached[]): void };

export function Composer({ draft, setDraft, box, onSay }: Needs) {
  const { client } = useNetwork();
  const [busy, setBusy] = useState(false);
  const [waiting, setWaiting] = useState(false);
  const [error, setError] = useState<ErrorValue>();
  const { text, files, select } = draft;

  // The box grows with its text; what an edit is about is selected, so that typing replaces it.
  useEffect(() => {
    const area = box.current;
    if (!area) return;
    area.style.height = 'auto';
    area.style.height = `${Math.min(area.scrollHeight, 160)}px`;
    if (!select) return;
    const start = text.lastIndexOf(select);
    area.focus();
    if (start >= 0) area.setSelectionRange(start, start + select.length);
  }, [text, select, box]);

  const send = (event?: FormEvent) => {
    event?.preventDefault();
    if (!text.trim()) return;
    // A sentence about a file that is still on its way goes out when the file has arrived.
    if (busy) return setWaiting(true);
    onSay(text.trim(), files);
    setDraft({ text: '', files: [] });
    setError(undefined);
  };
  useEffect(() => {
    if (!waiting || busy) return;
    setWaiting(false);
    if (!error) send();
  });
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  const attach = async (event: ChangeEvent<HTMLInputElement>) => {
    const chosen = [...(event.target.files ?? [])];
    event.target.value = '';
    setBusy(true);
    setError(undefined);
    try {
      const large = chosen.find(({ size }) => size > MOST_BYTES);
      if (large) return setError({ code: 'too_large', message: `${large.name} is larger than 8 MiB.`, hint: 'Attach a smaller program.' });
      const added = await Promise.all(chosen.map(async (file): Promise<Attached> => ({ name: file.name, ...(await client.attach(new Uint8Array(await file.arrayBuffer()))) })));
      // What was typed during the upload stays.
      setDraft((now) => ({ text: now.text, files: [...now.files.filter(({ name }) => !added.some((one) => one.name === name)), ...added] }));
      box.current?.focus();
    } catch (failure) {
      setError(errorValue(failure));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className="composer" onSubmit={send}>
      {error && <Trouble error={error} actions={[{ label: 'Close', run: () => setError(undefined) }]} />}
      {files.length > 0 && (
        <ul className="files">
          {files.map(({ name, bytes }) => (
            <li key={name}>{name} <span className="quiet">{Math.ceil(bytes / 1024)} KB</span>
              <button type="button" className="bare" onClick={() => setDraft((now) => ({ text: now.text, files: now.files.filter((file) => file.name !== name) }))} aria-label={`Remove ${name}`}><Close /></button>
            </li>
          ))}
        </ul>
      )}
      <div className="composer-line">
        <label className="attach" title="Attach a program (.wasm) for a job">
          <Clip /><span className="hidden">Attach a program</span>
          <input type="file" accept=".wasm,application/wasm" multiple onChange={(event) => void attach(event)} disabled={busy} />
        </label>
        <label className="hidden" htmlFor="sentence">What do you want?</label>
        <textarea
          id="sentence" ref={box} rows={1} value={text} placeholder="Say what you want …" autoComplete="off" enterKeyHint="send" maxLength={1000}
          onChange={(event) => {
            const { value } = event.target;
            setDraft((now) => ({ text: value, files: now.files }));
          }} onKeyDown={onKey}
        />
        <button type="submit" className="send" disabled={!text.trim()} aria-busy={busy} aria-label={waiting ? 'Waiting for the file' : 'Send'}><ArrowUp /></button>
      </div>
    </form>
  );
}

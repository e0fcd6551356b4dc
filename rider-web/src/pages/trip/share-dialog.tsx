import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { Answer, Share, TripCalls } from '../../trips/trip-calls.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useWords } from '../../words/index.ts';

export interface ShareDialogProps {
  calls: TripCalls;
  onClose: () => void;
}

const LASTS_MINUTES = [60, 240, 1_440];
const DEFAULT_LASTS_MINUTES = 240;

/** Links for others: made, named, sent, listed and taken back. */
export function ShareDialog({ calls, onClose }: ShareDialogProps) {
  const words = useWords();
  const [shares, setShares] = useState<readonly Share[] | 'unreadable'>();
  const takenBack = useRef(new Set<string>());
  const [fault, setFault] = useState<string>();
  const [said, setSaid] = useState('');

  useEffect(
    function listShares() {
      let isOpen = true;
      void calls.shares().then((answer) => {
        if (isOpen) setShares((made) => withMade(answer, made, takenBack.current));
      });
      return function stopListing() {
        isOpen = false;
      };
    },
    [calls],
  );

  /** What was refused is said; what was done is returned. */
  function valueIn<Value>(answer: Answer<Value>): { value: Value } | undefined {
    if (answer.ok) {
      setFault(undefined);
      return answer;
    }
    setFault(answer.problem.code === 'too_many_requests' ? words.share.tooMany : words.share.failed);
    return undefined;
  }

  async function make(name: string, lastsMinutes: number) {
    const made = valueIn(await calls.share(name, lastsMinutes));
    if (made) setShares((known) => [...listed(known), made.value]);
    return made !== undefined;
  }

  async function takeBack({ id, name }: Share) {
    if (!valueIn(await calls.unshare(id))) return;
    takenBack.current.add(id);
    setShares((known) => listed(known).filter((share) => share.id !== id));
    setSaid(words.share.takenBack(name));
  }

  return (
    <Dialog title={words.share.title} onClose={onClose}>
      <p>{words.share.text}</p>
      <NewShare onMake={make} />
      <p role="alert" className="fault">
        {fault}
      </p>
      <h3>{words.share.list}</h3>
      <p role="status" className={said ? 'hint' : 'visually-hidden'}>
        {said}
      </p>
      {shares === undefined && <p className="hint">{words.share.loading}</p>}
      {shares === 'unreadable' && <p className="fault">{words.share.unreadable}</p>}
      {shares?.length === 0 && !said && <p className="hint">{words.share.none}</p>}
      <ul className="shares">
        {listed(shares).map((share) => (
          <ShareRow key={share.id} share={share} onTakeBack={() => takeBack(share)} />
        ))}
      </ul>
    </Dialog>
  );
}

const listed = (shares: readonly Share[] | 'unreadable' | undefined): readonly Share[] =>
  shares === undefined || shares === 'unreadable' ? [] : shares;

/** The node's list, with what was made and without what was taken back while it was on its way. */
function withMade(
  answer: Answer<readonly Share[]>,
  made: readonly Share[] | 'unreadable' | undefined,
  takenBack: ReadonlySet<string>,
): readonly Share[] | 'unreadable' {
  if (!answer.ok) return listed(made).length > 0 ? listed(made) : 'unreadable';
  const known = answer.value.filter(({ id }) => !takenBack.has(id));
  const ids = new Set(known.map(({ id }) => id));
  return [...known, ...listed(made).filter(({ id }) => !ids.has(id))];
}

function NewShare({ onMake }: { onMake: (name: string, lastsMinutes: number) => Promise<boolean> }) {
  const words = useWords();
  const [name, setName] = useState('');
  const [lastsMinutes, setLastsMinutes] = useState(DEFAULT_LASTS_MINUTES);
  const [isWorking, setWorking] = useState(false);

  async function make(event: FormEvent) {
    event.preventDefault();
    if (isWorking || !name.trim()) return;
    setWorking(true);
    if (await onMake(name.trim(), lastsMinutes)) setName('');
    setWorking(false);
  }

  return (
    <form className="new-share" onSubmit={make}>
      <label>
        {words.share.name}
        <input
          type="text"
          required
          maxLength={80}
          autoComplete="off"
          placeholder={words.share.namePlaceholder}
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <label>
        {words.share.lasts}
        <select value={lastsMinutes} onChange={(event) => setLastsMinutes(Number(event.currentTarget.value))}>
          {LASTS_MINUTES.map((minutes) => (
            <option key={minutes} value={minutes}>
              {words.share.lastsFor(minutes)}
            </option>
          ))}
        </select>
      </label>
      <button type="submit" className="button button-first" disabled={isWorking}>
        {isWorking ? words.share.working : words.share.make}
      </button>
    </form>
  );
}

interface ShareRowProps {
  share: Share;
  onTakeBack: () => void;
}

function ShareRow({ share: { name, expiresAt, followUrl }, onTakeBack }: ShareRowProps) {
  const words = useWords();
  const [isCopied, setCopied] = useState(false);

  async function copy(url: string) {
    await navigator.clipboard.writeText(url);
    setCopied(true);
  }

  /** One that closes the browser's own sheet without sending has changed its mind: nothing to tell. */
  const send = (url: string) => void navigator.share({ title: words.share.message, url }).catch(() => {});

  return (
    <li className="share">
      <span className="share-text">
        <span className="share-name">{name}</span>
        <span className="hint">{words.share.until(expiresAt)}</span>
      </span>
      <span className="visually-hidden" role="status">
        {isCopied && words.share.copied}
      </span>
      {followUrl && 'share' in navigator && (
        <button
          type="button"
          className="icon-button"
          aria-label={words.share.sendTo(name)}
          onClick={() => send(followUrl)}
        >
          <Icon name="send" />
        </button>
      )}
      {followUrl && (
        <button
          type="button"
          className="button button-small"
          aria-label={isCopied ? words.share.copied : words.share.copyFor(name)}
          data-url={followUrl}
          onClick={() => copy(followUrl)}
        >
          <Icon name="copy" />
          {isCopied ? words.share.copied : words.share.copy}
        </button>
      )}
      <button
        type="button"
        className="button button-small button-danger"
        aria-label={words.share.takeBackFrom(name)}
        onClick={onTakeBack}
      >
        {words.share.takeBack}
      </button>
    </li>
  );
}

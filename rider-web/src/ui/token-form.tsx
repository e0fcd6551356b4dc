import type { FormEvent, ReactNode } from 'react';
import { LanguageSwitch } from './language-switch.tsx';
import { Logo } from './logo.tsx';

export interface TokenFormProps {
  words: { title: string; text: string; label: string; open: string; how: string };
  /** Why the last token was not taken, in words. */
  fault: string | undefined;
  /** What makes a token, on a command line. */
  command: ReactNode;
  /** What was typed or pasted, without the space around it. */
  onText: (text: string) => void;
}

/** The page that asks for a token. */
export function TokenForm({ words, fault, command, onText }: TokenFormProps) {
  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    onText(String(new FormData(event.currentTarget).get('token')).trim());
  }

  return (
    <main className="message-page">
      <form className="message" onSubmit={submit}>
        <Logo />
        <h1>{words.title}</h1>
        <p>{words.text}</p>
        <label className="field">
          {words.label}
          <input name="token" type="password" autoComplete="off" spellCheck={false} required />
        </label>
        <p className="fault" role="alert">
          {fault}
        </p>
        <button type="submit" className="button button-first">
          {words.open}
        </button>
        <p className="hint">{words.how}</p>
        <code className="command">{command}</code>
        <footer className="message-foot">
          <span />
          <LanguageSwitch />
        </footer>
      </form>
    </main>
  );
}

import type { ReactNode } from 'react';
import { useWords } from '../words/index.ts';
import { LanguageSwitch } from './language-switch.tsx';
import { Logo } from './logo.tsx';

export interface MessageProps {
  title: string;
  text: string;
  /** What to type, where something is to be typed. */
  command?: string;
  children?: ReactNode;
}

/** A page that has nothing to show but why, and what to do. */
export function Message({ title, text, command, children }: MessageProps) {
  const words = useWords();
  return (
    <main className="message-page">
      <div className="message">
        <Logo />
        <h1>{title}</h1>
        <p>{text}</p>
        {command && <code className="command">{command}</code>}
        {children}
        <footer className="message-foot">
          <a className="quiet-link" href="/">
            {words.allTrips}
          </a>
          <LanguageSwitch />
        </footer>
      </div>
    </main>
  );
}

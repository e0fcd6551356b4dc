import { Component, type ReactNode } from 'react';
import { words } from '../words/index.ts';
import { Message } from './message.tsx';

/** Shows what to do when a screen breaks, instead of nothing. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError(): { hasFailed: boolean } {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    return this.state.hasFailed ? <Message {...words.broken} /> : this.props.children;
  }
}

import { Component, type ReactNode } from 'react';
import { Problem } from '../design/problem.tsx';

/** A page that broke says so instead of leaving the screen empty; so does one whose file could not be fetched. */
export class PageErrors extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    if (this.state.failed) return <Problem code="INTERNAL" onAgain={() => location.reload()} />;
    return this.props.children;
  }
}

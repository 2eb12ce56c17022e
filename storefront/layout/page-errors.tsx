import { Component, type ReactNode } from 'react';
import { Problem } from '../design/problem.tsx';

type State = { readonly failure: 'broken' | 'missing' | null };

const lookAgainMs = 3000;

/** Shows an error instead of an empty screen when a page throws. A page whose file could not be fetched opens once the shop can be reached again. */
export class PageErrors extends Component<{ children: ReactNode }, State> {
  override state: State = { failure: null };
  private timer: number | undefined;

  static getDerivedStateFromError(error: unknown): State {
    return { failure: isMissingFile(error) ? 'missing' : 'broken' };
  }

  override componentDidCatch(error: unknown) {
    if (isMissingFile(error)) this.timer ??= window.setInterval(reopenWhenThere, lookAgainMs);
  }

  override componentWillUnmount() {
    window.clearInterval(this.timer);
  }

  override render() {
    if (this.state.failure === null) return this.props.children;
    return <Problem code={this.state.failure === 'missing' ? 'OFFLINE' : 'INTERNAL'} onAgain={() => location.reload()} />;
  }
}

/** Browsers differ in the message. */
function isMissingFile(error: unknown): boolean {
  return error instanceof Error && /dynamically imported module|Importing a module script failed|Unable to preload/i.test(error.message);
}

const reopened = 'marigold.reopened';
/** A file that is missing although the shop answers is not there in the next moment either. */
const notAgainWithinMs = 30_000;

function reopenWhenThere(): void {
  if (Date.now() - Number(sessionStorage.getItem(reopened) ?? 0) < notAgainWithinMs) return;
  fetch('/livez', { cache: 'no-store' }).then(
    ({ ok }) => {
      if (!ok) return;
      sessionStorage.setItem(reopened, String(Date.now()));
      location.reload();
    },
    () => undefined,
  );
}

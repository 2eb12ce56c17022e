import { stripVTControlCharacters } from 'node:util';
import color from 'picocolors';
import { foldForMs, foldRepeats } from './fold-repeats.ts';
import type { LoggedProblem } from './service-log.ts';
import { type ComponentName, type ComponentStatus, componentNames } from './shop-context.ts';

export type Output = { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number };

export type Screen = {
  component(name: ComponentName, status: ComponentStatus): void;
  problem(name: string, problem: LoggedProblem): void;
  /** Text below the components; from now on changes are printed line by line. */
  finish(text: string): void;
  /** One line, at any time. */
  say(text: string): void;
  close(): void;
};

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const redrawEveryMs = 100;

type Row = ComponentStatus & { readonly sinceMs: number; readonly tookMs: number | null };

/** The start-up screen: in a terminal one line for each component that goes from waiting to ready, elsewhere one plain line for each change. */
export function createScreen(output: Output, now: () => number = () => performance.now()): Screen {
  const rows = new Map<ComponentName, Row>(
    componentNames.map((name) => [name, { is: 'waiting', detail: '', sinceMs: now(), tookMs: null }]),
  );
  const isLive = output.isTTY === true && process.env['TERM'] !== 'dumb';
  let drawn = 0;
  let frame = 0;
  let finished = false;
  output.write(`\n  ${color.bold(color.yellow('Marigold'))} ${color.dim('opens')}\n\n`);
  const ticking = isLive ? setInterval(draw, redrawEveryMs) : undefined;

  function draw(): void {
    frame += 1;
    const width = output.columns ?? 100;
    const lines = [...rows].map(([name, row]) => cutTo(liveLine(name, row, frames[frame % frames.length] ?? '', now()), width));
    output.write(`${erase()}${lines.join('\n')}\n`);
    drawn = lines.length;
  }
  const erase = () => (drawn === 0 ? '' : `\u001b[${drawn}A\u001b[0J`);

  /** A line that stays, above the components while they are still drawn. */
  function say(text: string): void {
    if (!isLive || finished) output.write(`${text}\n`);
    else {
      output.write(`${erase()}${text}\n`);
      drawn = 0;
      draw();
    }
  }

  const problems = foldRepeats((name, { level, message }, again) => {
    const more = again === 0 ? '' : color.dim(` (${again === 1 ? 'once' : `${again} times`} more in ${foldForMs / 1000} s)`);
    say(`  ${level === 'warn' ? color.yellow('!') : color.red('✗')} ${name.padEnd(11)} ${message}${more}`);
  });

  return {
    say,
    component(name, status) {
      const before = rows.get(name);
      const begun = status.is === 'starting' && before?.is !== 'starting' ? now() : (before?.sinceMs ?? now());
      const row: Row = { ...status, sinceMs: begun, tookMs: status.is === 'ready' ? now() - begun : null };
      rows.set(name, row);
      if (finished || !isLive) {
        const line = plainLine(name, row, before);
        if (line !== null) output.write(`${line}\n`);
      }
    },
    problem: problems.add,
    finish(text) {
      if (isLive) draw();
      clearInterval(ticking);
      finished = true;
      output.write(text);
    },
    close() {
      clearInterval(ticking);
      problems.close();
      if (isLive && !finished) draw();
      finished = true;
    },
  };
}

function liveLine(name: ComponentName, row: Row, spinner: string, nowMs: number): string {
  const label = name.padEnd(11);
  switch (row.is) {
    case 'waiting':
      return color.dim(`  · ${label} waiting`);
    case 'starting':
      return `  ${color.yellow(spinner)} ${label} ${color.dim(`${seconds(nowMs - row.sinceMs)}  ${row.detail}`)}`;
    case 'ready':
      return `  ${color.green('✓')} ${label} ${color.dim(`${seconds(row.tookMs ?? 0)}  ${row.detail}`)}`;
    case 'absent':
      return `  ${color.dim('–')} ${label} ${color.dim(`        ${row.detail}`)}`;
    case 'down':
      return `  ${color.red('✗')} ${label} ${row.detail}`;
    case 'stopped':
      return color.dim(`  ■ ${label} stopped`);
  }
}

/** The same without a terminal; null when there is nothing worth a line. */
function plainLine(name: ComponentName, row: Row, before: Row | undefined): string | null {
  if (row.is === before?.is && row.detail === before.detail) return null;
  switch (row.is) {
    case 'ready':
      return `  ${color.green('✓')} ${name.padEnd(11)} ready after ${seconds(row.tookMs ?? 0).trim()}  ${row.detail}`;
    case 'absent':
      return `  – ${name.padEnd(11)} ${row.detail}`;
    case 'down':
      return `  ${color.red('✗')} ${name.padEnd(11)} ${row.detail}`;
    case 'starting':
      return row.detail === '' ? null : `  · ${name.padEnd(11)} ${row.detail}`;
    case 'waiting':
    case 'stopped':
      return null;
  }
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`.padStart(6);

/** Cuts a coloured line so that it stays one line: a wrapped one could not be erased. */
function cutTo(line: string, width: number): string {
  const plain = stripVTControlCharacters(line);
  return plain.length < width ? line : `${plain.slice(0, width - 2)}…`;
}

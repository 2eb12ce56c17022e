import { stripVTControlCharacters } from 'node:util';
import color from 'picocolors';
import { foldForMs, foldRepeats } from './fold-repeats.ts';
import type { LoggedProblem } from './service-log.ts';
import { type ComponentName, type ComponentStatus, componentNames } from './shop-context.ts';

export type Output = { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number };

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const redrawEveryMs = 100;

type Row = ComponentStatus & { readonly sinceMs: number; readonly tookMs: number | null };

/** The start-up screen: in a terminal one line for each component that goes from waiting to ready, elsewhere one plain line for each change. */
export class Screen {
  readonly #output: Output;
  readonly #now: () => number;
  readonly #rows: Map<ComponentName, Row>;
  readonly #isLive: boolean;
  readonly #ticking: NodeJS.Timeout | undefined;
  readonly #problems = foldRepeats((name, { level, message }, again) => {
    const more = again === 0 ? '' : color.dim(` (${again === 1 ? 'once' : `${again} times`} more in ${foldForMs / 1000} s)`);
    this.say(`  ${level === 'warn' ? color.yellow('!') : color.red('✗')} ${name.padEnd(11)} ${message}${more}`);
  });
  #drawn = 0;
  #frame = 0;
  #finished = false;

  constructor(output: Output, now: () => number = () => performance.now()) {
    this.#output = output;
    this.#now = now;
    this.#rows = new Map(componentNames.map((name) => [name, { is: 'waiting', detail: '', sinceMs: now(), tookMs: null }]));
    this.#isLive = output.isTTY === true && process.env['TERM'] !== 'dumb';
    output.write(`\n  ${color.bold(color.yellow('Marigold'))} ${color.dim('opens')}\n\n`);
    this.#ticking = this.#isLive ? setInterval(() => this.#draw(), redrawEveryMs) : undefined;
  }

  component(name: ComponentName, status: ComponentStatus): void {
    const before = this.#rows.get(name);
    const begun = status.is === 'starting' && before?.is !== 'starting' ? this.#now() : (before?.sinceMs ?? this.#now());
    const row: Row = { ...status, sinceMs: begun, tookMs: status.is === 'ready' ? this.#now() - begun : null };
    this.#rows.set(name, row);
    if (this.#isLive && !this.#finished) return;
    const line = plainLine(name, row, before);
    if (line !== null) this.#output.write(`${line}\n`);
  }

  problem(name: string, problem: LoggedProblem): void {
    this.#problems.add(name, problem);
  }

  /** One line that stays, at any time; above the components while they are still drawn. */
  say(text: string): void {
    if (!this.#isLive || this.#finished) this.#output.write(`${text}\n`);
    else {
      this.#output.write(`${this.#erase()}${text}\n`);
      this.#drawn = 0;
      this.#draw();
    }
  }

  /** Text below the components; from now on changes are printed line by line. */
  finish(text: string): void {
    if (this.#isLive) this.#draw();
    clearInterval(this.#ticking);
    this.#finished = true;
    this.#output.write(text);
  }

  close(): void {
    clearInterval(this.#ticking);
    this.#problems.close();
    if (this.#isLive && !this.#finished) this.#draw();
    this.#finished = true;
  }

  #draw(): void {
    this.#frame += 1;
    const width = this.#output.columns ?? 100;
    const spinner = frames[this.#frame % frames.length] ?? '';
    const lines = [...this.#rows].map(([name, row]) => cutTo(liveLine(name, row, spinner, this.#now()), width));
    this.#output.write(`${this.#erase()}${lines.join('\n')}\n`);
    this.#drawn = lines.length;
  }

  #erase(): string {
    return this.#drawn === 0 ? '' : `\u001b[${this.#drawn}A\u001b[0J`;
  }
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

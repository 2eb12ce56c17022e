import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const parts = ['kafka', 'platform', 'schema', 'subgraphs', 'tools', 'gateway/subscriptions/events.ts', 'package.json'];

/** A change of one file: of some words, of the whole text, or that it goes. */
export type Edit =
  | { readonly file: string; readonly from: string; readonly to: string }
  | { readonly file: string; readonly text: string }
  | { readonly file: string; readonly gone: true };

export type Outcome = { readonly code: number | null; readonly output: string; readonly stdout: string };

/** A repository of its own with what the checks look at, committed as main. */
export type CheckoutCopy = {
  readonly folder: string;
  edit(edits: readonly Edit[]): void;
  commit(): void;
  git(...args: string[]): string;
  run(script: string, ...args: string[]): Outcome;
  runWith(env: Readonly<Record<string, string>>, script: string, ...args: string[]): Outcome;
  /** As it was committed first. */
  restore(): void;
  remove(): void;
};

export function copyCheckout(): CheckoutCopy {
  const folder = mkdtempSync(join(tmpdir(), 'marigold-checks, with #1 of all that folders may be called '));
  for (const part of parts) cpSync(join(root, part), join(folder, part), { recursive: true, filter: (path) => !/\/tests$/.test(path) });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, '.gitignore'), 'node_modules\n.cache\n*.types.ts\n');
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'core.hooksPath=/dev/null', ...args], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  git('init', '-q', '-b', 'main');
  const commit = () => {
    git('add', '-A');
    git('commit', '-q', '--allow-empty', '-m', 'test: as it is');
  };
  commit();
  const first = git('rev-parse', 'HEAD').trim();
  const runWith: CheckoutCopy['runWith'] = (env, script, ...args) => {
    const { PATH, HOME } = process.env;
    const ended = spawnSync(process.execPath, [join(folder, script), ...args], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...(PATH && { PATH }), ...(HOME && { HOME }), NO_COLOR: '1', NODE_COMPILE_CACHE: join(folder, '.cache'), ...env },
    });
    return { code: ended.status, output: ended.stdout + ended.stderr, stdout: ended.stdout };
  };
  return {
    folder,
    git,
    commit,
    edit(edits) {
      for (const edit of edits) apply(join(folder, edit.file), edit);
    },
    run: (script, ...args) => runWith({}, script, ...args),
    runWith,
    restore() {
      git('reset', '-q', '--hard', first);
      git('clean', '-q', '-ffd');
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function apply(path: string, edit: Edit): void {
  if ('gone' in edit) rmSync(path);
  else if ('text' in edit) {
    if (!existsSync(dirname(path))) mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, edit.text);
  } else {
    const text = readFileSync(path, 'utf8');
    if (!text.includes(edit.from)) throw new Error(`${edit.file} does not hold: ${edit.from}`);
    writeFileSync(path, text.replace(edit.from, edit.to));
  }
}

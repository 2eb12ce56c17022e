import { createHash } from 'node:crypto';
import { existsSync, type FSWatcher, readdirSync, readFileSync, statSync, watch } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { parse } from 'graphql';
import { reasonOf } from './problem.ts';

export type SourceWatchOptions = {
  /** The checkout. */
  readonly root: string;
  /** Folders of it that are watched with all that is below. */
  readonly folders: readonly string[];
  /** Gets the files that were saved and can be read by their language, from the root, with slashes; not called again before it has resolved. */
  onSaved(paths: readonly string[]): Promise<void>;
  /** A saved file that cannot be loaded: what runs is left alone. */
  onBroken(path: string, reason: string): void;
};

/** Editors write a file in several steps, and people save several files at once. */
const quietMs = 80;

/** Watches sources, and tells of those whose content is another than it was. */
export class SourceWatch {
  readonly #options: SourceWatchOptions;
  readonly #watchers: FSWatcher[] = [];
  readonly #folders = new Set<string>();
  readonly #hashes = new Map<string, string>();
  readonly #changed = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> = Promise.resolve();

  constructor(options: SourceWatchOptions) {
    this.#options = options;
    for (const folder of options.folders) this.#watchFolder(folder);
  }

  /** Each folder by itself: on Linux Node's own recursive watch loses a file that an editor replaces by another of the same name. */
  #watchFolder(folder: string): void {
    const path = join(this.#options.root, folder);
    const watcher = watch(path, (_event, name) => {
      if (name === null) return;
      const found = `${folder}/${name}`;
      if (/\.(ts|graphql)$/.test(name)) this.#note(found);
      else if (!this.#folders.has(found) && isFolder(join(path, name))) this.#watchFolder(found);
    });
    // the folder was removed
    watcher.on('error', () => watcher.close());
    this.#folders.add(folder);
    this.#watchers.push(watcher);
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (entry.isDirectory() && !/^(\.|node_modules$|dist$)/.test(entry.name)) this.#watchFolder(`${folder}/${entry.name}`);
    }
  }

  /** Resolves when what was begun is done. */
  async close(): Promise<void> {
    for (const watcher of this.#watchers) watcher.close();
    clearTimeout(this.#timer);
    await this.#working;
  }

  #note(path: string): void {
    this.#changed.add(path);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      // one after the other: a process is not restarted while it restarts
      this.#working = this.#working.then(() => this.#tell());
    }, quietMs);
  }

  async #tell(): Promise<void> {
    const paths = [...this.#changed].filter((path) => this.#isSaved(path));
    this.#changed.clear();
    if (paths.length > 0) await this.#options.onSaved(paths);
  }

  /** Whether the file is whole and another than before. One that was removed is noticed with the file that imported it. */
  #isSaved(path: string): boolean {
    const file = join(this.#options.root, path);
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    const hash = createHash('sha256').update(text).digest('hex');
    if (text === '' || this.#hashes.get(path) === hash) return false;
    this.#hashes.set(path, hash);
    try {
      if (path.endsWith('.ts')) stripTypeScriptTypes(text);
      else parse(text);
      return true;
    } catch (error) {
      this.#options.onBroken(path, reasonOf(error).trim());
      return false;
    }
  }
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

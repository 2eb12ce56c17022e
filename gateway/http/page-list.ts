import { readFile, stat } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { z } from 'zod';
import { isId } from '#platform/ids.ts';

/** Whether there is something that a page is about: the answer to an operation, asked in the turn of who sent `request`. Never rejects. */
export type Ask = (query: string, variables: Readonly<Record<string, string>>, request: IncomingMessage) => Promise<Found>;
/** `unknown`: it could not be asked, or its caller has asked for too much. */
export type Found = 'found' | 'missing' | 'unknown';

const pagesFile = z.array(z.object({ path: z.string(), exists: z.string().optional() }));

type Page = { readonly pattern: RegExp; readonly names: readonly string[]; readonly exists: string | undefined };

/**
 * Which addresses are pages, by the file pages.json of a built storefront; every address is one while there is no such file. The file may
 * come, and change, while the gateway runs. For `:id` in a path, only a value in the format of a graph id leads to a page.
 */
export class PageList {
  readonly #file: string;
  readonly #ask: Ask;
  #known: { changedMs: number; pages: readonly Page[] } | null = null;

  constructor(folder: string, ask: Ask) {
    this.#file = join(folder, 'pages.json');
    this.#ask = ask;
  }

  async isPage(path: string, request: IncomingMessage): Promise<boolean> {
    const pages = await this.#read().catch(() => null);
    if (pages === null) return true;
    const found = pages.map((page) => ({ ...page, match: page.pattern.exec(path) })).find(({ match }) => match !== null);
    if (!found) return false;
    const all = found.names.map((name, at) => [name, decode(found.match?.[at + 1] ?? '')] as const);
    const values: Readonly<Record<string, string>> = Object.fromEntries(all.filter(([, value]) => value !== ''));
    // no object can have such an id
    if (values['id'] !== undefined && !isId(values['id'])) return false;
    // what cannot be asked at the moment may well be there
    return found.exists === undefined || (await this.#ask(found.exists, values, request)) !== 'missing';
  }

  async #read(): Promise<readonly Page[] | null> {
    const changedMs = (await stat(this.#file).catch(() => null))?.mtimeMs;
    if (changedMs === undefined) return null;
    if (this.#known?.changedMs !== changedMs) {
      const parsed = pagesFile.safeParse(JSON.parse(await readFile(this.#file, 'utf8')));
      if (!parsed.success) return null;
      this.#known = { changedMs, pages: parsed.data.map(toPage) };
    }
    return this.#known.pages;
  }
}

/** `/products/:id/:slug?`, in whichever case, with or without a slash at the end. */
function toPage({ path, exists }: z.output<typeof pagesFile>[number]): Page {
  const names: string[] = [];
  const parts = path.split('/').filter((part) => part !== '');
  const source = parts.map((part) => {
    const [, name, optional] = /^:(\w+)(\?)?$/.exec(part) ?? [];
    if (name === undefined) return `/${part.replaceAll(/[^\w-]/g, '\\$&')}`;
    names.push(name);
    return optional ? '(?:/([^/]+))?' : '/([^/]+)';
  });
  return { pattern: new RegExp(`^${source.join('')}/?$`, 'i'), names, exists };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin, Rolldown } from 'vite';

type Built = Rolldown.OutputAsset | Rolldown.OutputChunk;

/** Visitors of the shop need nothing of the admin. */
const isOfAdmin = (file: Built) => file.type === 'chunk' && file.moduleIds.some((module) => module.includes('/pages/admin/'));

/** Scripts, styles and the alphabet that both languages need; what else there is, is fetched by who needs it. */
function isKept(file: Built, adminNames: ReadonlySet<string>): boolean {
  if (file.type === 'chunk') return !isOfAdmin(file);
  if (file.fileName.endsWith('.css')) return !file.names.some((name) => adminNames.has(name.replace(/\.css$/, '')));
  return /-latin-wght.*\.woff2$/.test(file.fileName);
}

/**
 * Writes the service worker, /sw.js, with the names of the files that it keeps. Each build has a worker of its own, so that browsers notice
 * a new one by its text.
 */
export function keptFiles(): Plugin {
  return {
    name: 'kept-files',
    apply: 'build',
    enforce: 'post',
    generateBundle(_, bundle) {
      const built = Object.values(bundle);
      const adminNames = new Set(built.filter(isOfAdmin).flatMap((file) => (file.type === 'chunk' ? [file.name] : [])));
      const files = built
        .filter((file) => isKept(file, adminNames))
        .map(({ fileName }) => `/${fileName}`)
        .toSorted();
      const version = createHash('sha256').update(JSON.stringify(files));
      const page = bundle['index.html'];
      if (page?.type === 'asset') version.update(page.source);
      const build = { version: version.digest('hex').slice(0, 16), files };
      const worker = readFileSync(join(import.meta.dirname, 'sw.js'), 'utf8');
      this.emitFile({ type: 'asset', fileName: 'sw.js', source: `const build = ${JSON.stringify(build)};\n${worker}` });
    },
  };
}

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import dockerignore from '@balena/dockerignore';

/** What `docker build .` sends to the builder: the files of a folder that its .dockerignore lets through. */
export type BuildContext = {
  /** The files at or below a path, by their paths from the root; empty when nothing is let through there. */
  filesAt(path: string): string[];
};

/** No .dockerignore ever lets these through, and reading them takes long. */
const never = new Set(['node_modules', '.git', '.node', '.kafka', '.data']);

export function openBuildContext(root: string): BuildContext {
  const ignore = dockerignore.default().add(readFileSync(join(root, '.dockerignore'), 'utf8'));
  const walk = (path: string): string[] => {
    if (statSync(join(root, path)).isFile()) return ignore.ignores(path) ? [] : [path];
    return readdirSync(join(root, path))
      .filter((name) => !never.has(name))
      .flatMap((name) => walk(join(path, name)));
  };
  return { filesAt: walk };
}

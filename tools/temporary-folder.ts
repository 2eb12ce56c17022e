import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removePostgresData } from './dev/postgres-home.ts';

/** Where PostgreSQL has its data in a folder of ours. */
export const postgresIn = (folder: string): string => join(folder, 'postgres');

/** An empty folder that is gone, with the PostgreSQL in it, when `use` is done, or the process ends before that in an ordinary way. */
export async function withTemporaryFolder<T>(name: string, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), `marigold-${name}-`));
  const remove = () => {
    removePostgresData(postgresIn(folder));
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', remove);
  try {
    return await use(folder);
  } finally {
    process.off('exit', remove);
    remove();
  }
}

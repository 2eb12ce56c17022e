import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { removePostgresData } from '#tools/dev/postgres-home.ts';
import { takeOver } from './parts.ts';

/** Stops what start-parts.ts started. */
export default async function stopParts(): Promise<void> {
  const parts = takeOver();
  await parts?.stop();
  if (!parts) return;
  // as root it may have been put elsewhere
  removePostgresData(join(parts.folder, 'postgres'));
  rmSync(parts.folder, { recursive: true, force: true });
}

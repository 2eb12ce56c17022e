import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { removePostgresData } from '#tools/dev/postgres-home.ts';
import { takeOver } from './infrastructure.ts';

/** Stops what start-components.ts started. */
export default async function stopInfrastructure(): Promise<void> {
  const components = takeOver();
  await components?.stop();
  if (!components) return;
  // as root it may have been put elsewhere
  removePostgresData(join(components.folder, 'postgres'));
  rmSync(components.folder, { recursive: true, force: true });
}

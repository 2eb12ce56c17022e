import { rmSync } from 'node:fs';
import { takeOver } from './parts.ts';

/** Stops what start-parts.ts started. */
export default async function stopParts(): Promise<void> {
  const parts = takeOver();
  await parts?.stop();
  if (parts) rmSync(parts.folder, { recursive: true, force: true });
}

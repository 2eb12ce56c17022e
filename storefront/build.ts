import { join } from 'node:path';
import { createBundle, runBuildCommand } from '#tools/bundle/bundle.ts';

export const storefront = createBundle({
  folder: 'storefront',
  async bundle(outDir) {
    const { build } = await import('vite');
    const built = await build({ configFile: join(import.meta.dirname, 'vite.config.ts'), logLevel: 'error', build: { outDir } });
    return 'output' in built ? built.output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : [])) : [];
  },
});

if (import.meta.main) await runBuildCommand(storefront, 'npm run storefront:build   bundles the storefront into storefront/dist');

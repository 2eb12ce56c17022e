import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { keptFiles } from './kept-files.ts';
import { pageList } from './page-list.ts';
import { registeredOperations } from './registered-operations.ts';

const shop = process.env['SHOP'] ?? 'http://localhost:4000';
const here = fileURLToPath(new URL('.', import.meta.url));

/** `npm run storefront` serves the sources and proxies to a running shop; SHOP is its address, if not on port 4000. */
export default defineConfig(({ command }) => {
  // a test may be what has it built, and then it is for customers all the same
  if (command === 'build') process.env['NODE_ENV'] = 'production';
  return {
    root: here,
    plugins: [registeredOperations(), keptFiles(), pageList()],
    oxc: { jsx: { runtime: 'automatic' } },
    build: {
      target: 'es2022',
      outDir: 'dist',
      emptyOutDir: true,
      // a font or a picture inside a style sheet would need a weaker policy, and is fetched again with every change
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
    },
    server: {
      strictPort: true,
      proxy: Object.fromEntries(
        ['/graphql', '/pictures', '/playground', '/readyz'].map((path) => [
          path,
          // the gateway opens no socket for pages of other shops
          { target: shop, ws: true, changeOrigin: true, headers: { origin: new URL(shop).origin } },
        ]),
      ),
    },
  };
});

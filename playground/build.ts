import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { readCommandLine } from '#platform/command.ts';
import { examples, firstTabs } from '#schema/examples.ts';
import { playgroundVersion, readOperation } from './version.ts';

// Bundles the playground into gateway/assets/graphiql/, which is committed, so that the shop starts without building anything.

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const modules = (path: string) => here(`../node_modules/${path}`);
const output = here('../gateway/assets/graphiql');

/** GraphiQL brings half a megabyte of fonts as base64; the page uses those of the system. */
const withoutFonts: Plugin = {
  name: 'without-fonts',
  setup({ onLoad }) {
    onLoad({ filter: /graphiql[/\\]dist[/\\]style\.css$/ }, async ({ path }) => {
      const css = await readFile(path, 'utf8');
      return { contents: css.replace(/@font-face\s*\{\s*font-family: (Roboto|Fira Code);[^}]*\}/g, ''), loader: 'css' };
    });
  },
};

/** The editor's own theme knows its colours by heart: GraphiQL's pink becomes marigold. */
const inOurColours: Plugin = {
  name: 'in-our-colours',
  setup({ onLoad }) {
    const colours: Readonly<Record<string, string>> = {
      '#d60590': '#8a5200',
      '#ff5794': '#f0b04c',
      '#212a3b': '#211c19',
      '#ffffffff': '#fffdf9ff',
      '#6c69ce': '#3f6b4f',
      '#908aff': '#8fc3a1',
    };
    onLoad({ filter: /@graphiql[/\\]react[/\\]dist[/\\]constants\.js$/ }, async ({ path }) => {
      const code = await readFile(path, 'utf8');
      return { contents: code.replace(/#[0-9a-f]{6,8}/gi, (colour) => colours[colour.toLowerCase()] ?? colour), loader: 'js' };
    });
  },
};

const textOf = (variables: object | undefined) => (variables === undefined ? '' : JSON.stringify(variables, null, 2));
const version = playgroundVersion();
const tabs = firstTabs.map((file) => ({
  query: readOperation(file).trim(),
  variables: textOf(examples.find((example) => example.file === file)?.variables),
}));

readCommandLine('npm run playground:build   bundles the playground into gateway/assets/, whose files are committed', {});
await rm(output, { recursive: true, force: true });
await build({
  entryPoints: {
    playground: here('playground.tsx'),
    'editor.worker': modules('monaco-editor/esm/vs/editor/editor.worker.js'),
    'json.worker': modules('monaco-editor/esm/vs/language/json/json.worker.js'),
    'graphql.worker': modules('monaco-graphql/esm/graphql.worker.js'),
  },
  outdir: output,
  bundle: true,
  minify: true,
  format: 'esm',
  // the formatter, a tenth of it all, is then fetched by who uses it
  splitting: true,
  chunkNames: 'chunks/[hash]',
  // fonts are fetched beside the styles, not inside of them
  assetNames: 'chunks/[hash]',
  target: 'es2022',
  jsx: 'automatic',
  legalComments: 'none',
  define: { 'process.env.NODE_ENV': '"production"', PLAYGROUND_VERSION: JSON.stringify(version), PLAYGROUND_TABS: JSON.stringify(tabs) },
  loader: { '.ttf': 'file', '.woff2': 'file' },
  plugins: [withoutFonts, inOurColours],
  logLevel: 'warning',
});
// the editor's styles are in playground.css already
for (const file of await readdir(`${output}/chunks`)) if (file.endsWith('.css')) await rm(`${output}/chunks/${file}`);
const page = await readFile(here('page.html'), 'utf8');
await writeFile(`${output}/index.html`, page.replaceAll('VERSION', version));
await writeFile(`${output}/version.json`, `${JSON.stringify({ version })}\n`);

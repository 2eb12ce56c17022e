import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Metafile, Plugin } from 'esbuild';
import { examples, firstTabs } from '#schema/examples.ts';
import { createBundle, runBuildCommand } from '#tools/bundle/bundle.ts';

const checkout = fileURLToPath(new URL('..', import.meta.url));
const operationFile = (name: string) => join(checkout, 'schema/operations/playground', `${name}.graphql`);

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

/** By their names in page.html. */
const entryPoints = {
  playground: 'playground/playground.tsx',
  'editor.worker': 'node_modules/monaco-editor/esm/vs/editor/editor.worker.js',
  'json.worker': 'node_modules/monaco-editor/esm/vs/language/json/json.worker.js',
  'graphql.worker': 'node_modules/monaco-graphql/esm/graphql.worker.js',
};

export const playground = createBundle({
  folder: 'playground',
  async bundle(output) {
    const outdir = join(output, 'graphiql');
    const { build } = await import('esbuild');
    const { metafile } = await build({
      absWorkingDir: checkout,
      entryPoints,
      outdir,
      bundle: true,
      minify: true,
      metafile: true,
      format: 'esm',
      // the formatter, a tenth of it all, is then fetched by who uses it
      splitting: true,
      // browsers keep every file for a year, so that its name changes with what is in it
      entryNames: '[name]-[hash]',
      chunkNames: '[hash]',
      // fonts are fetched beside the styles, not inside of them
      assetNames: '[hash]',
      target: 'es2022',
      jsx: 'automatic',
      legalComments: 'none',
      define: { 'process.env.NODE_ENV': '"production"', PLAYGROUND_TABS: JSON.stringify(await readTabs()) },
      loader: { '.ttf': 'file', '.woff2': 'file' },
      plugins: [withoutFonts, inOurColours],
      logLevel: 'warning',
    });
    const names = namesOf(metafile);
    await writeFile(join(output, 'index.html'), await readPage(names));
    // styles of panels that are fetched later are in the page's own already
    const styles = new Set(names.values());
    for (const file of await readdir(outdir)) if (file.endsWith('.css') && !styles.has(file)) await rm(join(outdir, file));
    return [
      ...Object.keys(metafile.inputs).map((file) => join(checkout, file)),
      ...firstTabs.map(operationFile),
      join(checkout, 'schema/examples.ts'),
    ];
  },
});

/** The tabs of a first visit. */
function readTabs(): Promise<{ query: string; variables: string }[]> {
  return Promise.all(
    firstTabs.map(async (name) => {
      const variables = examples.find(({ file }) => file === name)?.variables;
      const query = (await readFile(operationFile(name), 'utf8')).trim();
      return { query, variables: variables === undefined ? '' : JSON.stringify(variables, null, 2) };
    }),
  );
}

/** The names of the built scripts and of the page's styles, by those without a hash: editor.worker.js → editor.worker-ABC.js. */
function namesOf({ outputs }: Metafile): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const baseName = (path: string) => path.replace(/^.*\//, '');
  for (const [path, { entryPoint, cssBundle }] of Object.entries(outputs)) {
    const name = Object.entries(entryPoints).find(([, file]) => file === entryPoint)?.[0];
    if (name === undefined || path.endsWith('.css')) continue;
    names.set(`${name}.js`, baseName(path));
    if (cssBundle !== undefined) names.set(`${name}.css`, baseName(cssBundle));
  }
  return names;
}

/** @throws Error when the page names a file that was not built. */
async function readPage(names: ReadonlyMap<string, string>): Promise<string> {
  const page = await readFile(new URL('page.html', import.meta.url), 'utf8');
  return page.replace(/"\/graphiql\/([^"]+)"/g, (_, file: string) => {
    const name = names.get(file);
    if (name === undefined) throw new Error(`page.html names ${file}, which was not built.`);
    return `"/graphiql/${name}"`;
  });
}

if (import.meta.main) await runBuildCommand(playground, 'npm run playground:build   bundles the playground into playground/dist');

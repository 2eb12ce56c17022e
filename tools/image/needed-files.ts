import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { build } from 'esbuild';
import ts from 'typescript';

/**
 * The files of a checkout that a program needs, by their paths from its root: what it imports, over all steps, and what it names by
 * `new URL('…', import.meta.url)` or `join(import.meta.dirname, '…')`. What it works out while it runs cannot be seen here.
 */
export async function neededFiles(entries: readonly string[], root: string): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [...entries],
    bundle: true,
    write: false,
    metafile: true,
    outdir: 'nowhere',
    format: 'esm',
    platform: 'node',
    packages: 'external',
    // fonts and the like: that they are asked for is enough
    loader: { '.css': 'empty', '.svg': 'empty', '.woff2': 'empty', '.graphql': 'empty' },
    logLevel: 'silent',
  });
  const imported = Object.keys(metafile.inputs).filter((file) => !file.includes('node_modules/') && existsSync(join(root, file)));
  const named = imported.filter((file) => /\.[cm]?tsx?$/.test(file)).flatMap((file) => namedFiles(file, root));
  return [...new Set([...imported, ...named])].toSorted();
}

function namedFiles(file: string, root: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const way = wayOf(node);
    if (way !== null) found.push(relative(root, join(root, dirname(file), way)));
    ts.forEachChild(node, visit);
  };
  visit(source);
  // a folder above it is no file that it needs
  return found.filter((path) => path !== '' && !path.startsWith('..') && !dirname(file).startsWith(path) && existsSync(join(root, path)));
}

/** The relative path that an expression names, when it is written out; null for every other one. */
const wayOf = (node: ts.Node): string | null => urlOf(node) ?? joinOf(node);

/** Of `new URL('…', import.meta.url)`. */
function urlOf(node: ts.Node): string | null {
  if (!ts.isNewExpression(node) || node.expression.getText() !== 'URL') return null;
  const [path, base] = node.arguments ?? [];
  return path && ts.isStringLiteralLike(path) && base?.getText() === 'import.meta.url' ? path.text : null;
}

/** Of `join(import.meta.dirname, '…', '…')`. */
function joinOf(node: ts.Node): string | null {
  if (!ts.isCallExpression(node) || node.expression.getText() !== 'join') return null;
  const [base, ...steps] = node.arguments;
  const texts = steps.flatMap((step) => (ts.isStringLiteralLike(step) ? [step.text] : []));
  return base?.getText() === 'import.meta.dirname' && texts.length === steps.length ? join(...texts) : null;
}

import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';

/** What a source names without importing it. */
export type Named = {
  /** Paths from the root of the checkout, of files and folders, whether they exist or not. */
  readonly paths: readonly string[];
  /** What it gives to `createRequire(import.meta.url)` or `import.meta.resolve`, as written. */
  readonly required: readonly string[];
};

/**
 * What a source names by `new URL('…', import.meta.url)`, `join(import.meta.dirname, '…')`, `createRequire(import.meta.url)('…')` or
 * `import.meta.resolve('…')`. What it works out while it runs cannot be seen here.
 */
export function namedInSource(file: string, root: string): Named {
  const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest, true);
  const folder = join(root, dirname(file));
  const paths: string[] = [];
  const required: string[] = [];
  const resolvers = new Set([resolver, `${resolver}.resolve`, 'import.meta.resolve']);
  const visit = (node: ts.Node): void => {
    const way = urlOf(node) ?? joinOf(node);
    if (way !== null) paths.push(relative(root, join(folder, way)));
    if (ts.isVariableDeclaration(node) && node.initializer?.getText() === resolver) {
      for (const name of [node.name.getText(), `${node.name.getText()}.resolve`]) resolvers.add(name);
    }
    if (ts.isCallExpression(node) && resolvers.has(node.expression.getText())) {
      required.push(...node.arguments.slice(0, 1).flatMap((path) => (ts.isStringLiteralLike(path) ? [path.text] : [])));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  // a folder above it is no file that it needs
  const isAbove = (path: string) => path === '' || path.startsWith('..') || `${file}/`.startsWith(`${path.replace(/\/$/, '')}/`);
  return { paths: paths.filter((path) => !isAbove(path)), required };
}

const resolver = 'createRequire(import.meta.url)';

/** The path in `new URL('…', import.meta.url)`; null for every other expression. */
function urlOf(node: ts.Node): string | null {
  if (!ts.isNewExpression(node) || node.expression.getText() !== 'URL') return null;
  const [path, base] = node.arguments ?? [];
  return path && ts.isStringLiteralLike(path) && base?.getText() === 'import.meta.url' ? path.text : null;
}

/** The path in `join(import.meta.dirname, '…', '…')`; null for every other expression. */
function joinOf(node: ts.Node): string | null {
  if (!ts.isCallExpression(node) || node.expression.getText() !== 'join') return null;
  const [base, ...steps] = node.arguments;
  const texts = steps.flatMap((step) => (ts.isStringLiteralLike(step) ? [step.text] : []));
  return base?.getText() === 'import.meta.dirname' && texts.length === steps.length ? join(...texts) : null;
}

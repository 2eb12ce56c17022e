import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';

/** What a source names without importing it. */
export type Named = {
  /** Paths from the root of the checkout, of files and folders, whether they exist or not. */
  readonly paths: readonly string[];
  /** What it gives to `createRequire(import.meta.url)` or `import.meta.resolve`, as written. */
  readonly required: readonly string[];
};

/**
 * What a source names by its own place: `new URL('…', import.meta.url)`, `join(import.meta.dirname, '…')`, `createRequire(import.meta.url)('…')`,
 * `import.meta.resolve('…')`, `import.meta.glob('…')`, and what is made of these, by constants of the file too. Where the rest of a path is worked
 * out while it runs, it names the folder. What it works out as a whole, or by a function of its own, cannot be seen here.
 */
export function namedInSource(file: string, root: string): Named {
  const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest, true);
  const paths: string[] = [];
  const places = new Places(join(root, file), root, constantsOf(source));
  const visit = (node: ts.Node): void => {
    const place = ts.isExpression(node) ? places.of(node) : null;
    // the longest of what is made of one place
    if (place !== null) paths.push(relative(root, knownOf(place)));
    else ts.forEachChild(node, visit);
  };
  visit(source);
  // a folder above it is no file that it needs
  const isAbove = (path: string) => path === '' || path.startsWith('..') || `${file}/`.startsWith(`${path.replace(/\/$/, '')}/`);
  return { paths: paths.filter((path) => !isAbove(path)), required: requiredIn(source) };
}

const requirers = ['createRequire(import.meta.url)', 'createRequire(import.meta.filename)'];

function requiredIn(source: ts.SourceFile): string[] {
  const required: string[] = [];
  const resolvers = new Set([...requirers, ...requirers.map((name) => `${name}.resolve`), 'import.meta.resolve']);
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && requirers.includes(node.initializer?.getText() ?? '')) {
      for (const name of [node.name.getText(), `${node.name.getText()}.resolve`]) resolvers.add(name);
    }
    if (ts.isCallExpression(node) && resolvers.has(node.expression.getText())) {
      required.push(...node.arguments.slice(0, 1).flatMap((path) => (ts.isStringLiteralLike(path) ? [path.text] : [])));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return required;
}

/** What takes the path of a file from the working folder, too. */
const readers =
  /^((fs|promises|fs\.promises|fsp)\.)?(readFile|readdir|open|opendir|stat|access|glob|cp|copyFile)(Sync)?$|^(fs\.)?(createReadStream|existsSync)$|^process\.loadEnvFile$|^fork$/;

type Constants = ReadonlyMap<string, readonly ts.Expression[]>;

/** The values of the constants of a source by name, in their order. */
function constantsOf(source: ts.SourceFile): Constants {
  const all: [string, ts.Expression][] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer) all.push([node.name.text, node.initializer]);
    ts.forEachChild(node, visit);
  };
  visit(source);
  const byName = Map.groupBy(all, ([name]) => name);
  return new Map([...byName].map(([name, values]) => [name, values.map(([, value]) => value)]));
}

/** What the expressions of a source say of files. */
class Places {
  readonly #file: string;
  readonly #root: string;
  readonly #constants: Constants;
  /** What is a path by itself, as it is written. */
  readonly #own: ReadonlyMap<string, string>;

  constructor(file: string, root: string, constants: Constants) {
    this.#file = file;
    this.#root = root;
    this.#constants = constants;
    this.#own = new Map([
      ['import.meta.url', file],
      ['import.meta.filename', file],
      ['import.meta.dirname', dirname(file)],
      // that of the image
      ['process.cwd()', `${root}/`],
    ]);
  }

  /** The path that an expression is; null for every other expression. */
  of(node: ts.Expression): string | null {
    if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node)) return this.of(node.expression);
    const own = this.#own.get(node.getText());
    if (own !== undefined) return own;
    if (ts.isIdentifier(node)) return this.#ofConstant(node);
    if (ts.isPropertyAccessExpression(node)) return /^(href|pathname)$/.test(node.name.text) ? this.of(node.expression) : null;
    if (ts.isNewExpression(node)) return this.#ofUrl(node);
    if (ts.isCallExpression(node)) return this.#ofCall(node);
    const [first, ...others] = partsOf(node);
    const start = first === undefined || typeof first === 'string' ? null : this.of(first);
    return start === null ? null : start + this.#textOf(others);
  }

  #ofConstant(node: ts.Identifier): string | null {
    const isUse = !ts.isVariableDeclaration(node.parent) || node.parent.name !== node;
    const value = isUse ? this.#valueOf(node) : undefined;
    return value ? this.of(value) : null;
  }

  /** That of the last constant of this name before it is used. */
  #valueOf(node: ts.Identifier): ts.Expression | undefined {
    return this.#constants.get(node.text)?.findLast(({ end }) => end < node.pos);
  }

  #ofUrl({ expression, arguments: [path, base] = [] as never }: ts.NewExpression): string | null {
    if (expression.getText() === 'Worker' && path && ts.isStringLiteralLike(path)) return resolve(this.#root, path.text);
    const place = expression.getText() === 'URL' && path && base ? this.of(base) : null;
    if (place === null || path === undefined) return null;
    const text = this.#textOf([path]);
    return join(place.endsWith('/') ? place : dirname(place), /(^|\/)\.\.?$/.test(text) ? `${text}/` : text);
  }

  #ofCall({ expression, arguments: [first, ...others] }: ts.CallExpression): string | null {
    const name = expression.getText();
    if (name === 'import.meta.glob' && first) return join(dirname(this.#file), this.#textOf([first]));
    // from the working folder, which is that of the image
    if (readers.test(name) && first && ts.isStringLiteralLike(first)) return resolve(this.#root, first.text);
    const place = first ? this.of(first) : null;
    if (place === null) return null;
    if (name === 'fileURLToPath' || name === 'String') return place;
    if (/(^|\.)dirname$/.test(name)) return dirname(place);
    return /(^|\.)(join|resolve)$/.test(name) ? join(place, this.#textOf(others, '/')) : null;
  }

  /** With a star for what is not known. */
  #textOf(parts: readonly Part[], between = ''): string {
    return parts.map((part) => this.#textOfPart(part)).join(between);
  }

  #textOfPart(part: Part): string {
    if (typeof part === 'string') return part;
    const value = ts.isIdentifier(part) ? this.#valueOf(part) : undefined;
    if (value) return this.#textOfPart(value);
    const parts = partsOf(part);
    return parts.length === 0 ? '*' : this.#textOf(parts);
  }
}

/** Where something of it is not known, the folder in which that begins. */
function knownOf(path: string): string {
  const at = path.search(/[*{[]/);
  return at < 0 ? path : path.slice(0, path.lastIndexOf('/', at) + 1);
}

type Part = string | ts.Expression;

/** What a text, a template or a sum is made of. */
function partsOf(node: ts.Expression): Part[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isBinaryExpression(node)) return node.operatorToken.kind === ts.SyntaxKind.PlusToken ? [node.left, node.right] : [];
  if (!ts.isTemplateExpression(node)) return [];
  const { head, templateSpans } = node;
  return [head.text, ...templateSpans.flatMap(({ expression, literal }) => [expression, literal.text])].filter((part) => part !== '');
}

import ts from 'typescript';

/** The variables of one function, those of its blocks included, each with whether a `let` declares it. */
type Scope = { readonly name: string; readonly isLet: ReadonlyMap<string, boolean> };

/**
 * What in a source is state that a closure hides: each `let` of a function that another function inside of it assigns, as
 * `function: variable`. Reading one is none, nor is a variable of the module.
 */
export function closedOverState(file: string, text: string): string[] {
  const found = new Set<string>();
  const visit = (node: ts.Node, around: readonly Scope[]): void => {
    const scopes = ts.isFunctionLike(node) ? [scopeOf(node), ...around] : around;
    for (const name of assignedBy(node)) {
      const owner = scopes.find(({ isLet }) => isLet.has(name));
      if (owner !== scopes[0] && owner?.isLet.get(name)) found.add(`${owner.name}: ${name}`);
    }
    ts.forEachChild(node, (child) => visit(child, scopes));
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true), []);
  return [...found];
}

function scopeOf(node: ts.SignatureDeclaration): Scope {
  const isLet = new Map<string, boolean>();
  const gather = (child: ts.Node): void => {
    if (ts.isFunctionLike(child)) return;
    if (ts.isVariableDeclaration(child) || ts.isParameter(child)) {
      for (const name of identifiersIn(child.name)) isLet.set(name, (child.parent.flags & ts.NodeFlags.Let) !== 0);
    }
    ts.forEachChild(child, gather);
  };
  ts.forEachChild(node, gather);
  return { name: nameOf(node), isLet };
}

/** A function without a name is called after what it is assigned to, or after the function that it is given to. */
function nameOf({ name, parent }: ts.SignatureDeclaration): string {
  if (name) return name.getText();
  if (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)) return parent.name.getText();
  return ts.isCallExpression(parent) || ts.isNewExpression(parent) ? parent.expression.getText() : 'anonymous';
}

function assignedBy(node: ts.Node): string[] {
  if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind)) return identifiersIn(node.left);
  if (!ts.isPrefixUnaryExpression(node) && !ts.isPostfixUnaryExpression(node)) return [];
  const isStep = node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken;
  return isStep ? identifiersIn(node.operand) : [];
}

const isAssignment = (kind: ts.SyntaxKind) => kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;

/** The variables that a name, a pattern or the left side of an assignment stands for; a property of an object is none. */
function identifiersIn(node: ts.Node): string[] {
  if (ts.isIdentifier(node)) return [node.text];
  if (ts.isBindingElement(node)) return identifiersIn(node.name);
  if (ts.isPropertyAssignment(node)) return identifiersIn(node.initializer);
  if (ts.isShorthandPropertyAssignment(node)) return [node.name.text];
  const isPattern = ts.isObjectBindingPattern(node) || ts.isArrayBindingPattern(node);
  if (isPattern || ts.isArrayLiteralExpression(node)) return node.elements.flatMap(identifiersIn);
  return ts.isObjectLiteralExpression(node) ? node.properties.flatMap(identifiersIn) : [];
}

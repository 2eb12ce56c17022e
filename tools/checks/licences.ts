/** The fields of a package in package-lock.json that are read here. */
type LockedPackage = { readonly version?: string; readonly license?: string; readonly dev?: boolean };

/**
 * Licences, by their SPDX identifiers, under which a shop may be run and passed on: permissive ones; weak copyleft of files that are taken as they are
 * (libvips, beside sharp); and Apollo's, which allows everything but offering Apollo's software itself as a service.
 */
const allowed: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'Elastic-2.0',
  'ISC',
  'LGPL-3.0-or-later',
  'MIT',
  'MIT-0',
  'OFL-1.1',
]);

/** Elastic's licence is for what they were chosen for, and for nothing that comes along by itself. */
const elastic = /^node_modules\/@apollo\//;

/** One sentence for each package that is shipped and whose licence is unknown or not allowed. `lock` is the parsed package-lock.json. */
export function licenceProblems(lock: { readonly packages: Readonly<Record<string, LockedPackage>> }): string[] {
  const shipped = Object.entries(lock.packages).filter(([path, { dev }]) => path !== '' && dev !== true);
  return shipped.flatMap(([path, { license, version }]) => {
    const name = `${path.replace(/^.*node_modules\//, '')} ${version}`;
    if (license === undefined) return [`${name} names no licence.`];
    return isAllowed(license, path) ? [] : [`${name} is under ${license}, which is not among the licences that may be shipped.`];
  });
}

/** Of an SPDX expression without nesting: one of the alternatives, all of what is joined. */
function isAllowed(expression: string, path: string): boolean {
  const alternatives = expression.replaceAll(/[()]/g, '').split(' OR ');
  return alternatives.some((one) =>
    one.split(' AND ').every((id) => allowed.has(id.trim()) && (id.trim() !== 'Elastic-2.0' || elastic.test(path))),
  );
}

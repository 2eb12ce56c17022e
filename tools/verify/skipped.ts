import { type OptionalInfrastructure, optionalInfrastructure } from '#tools/dev/optional-infrastructure.ts';

/** What Jest writes with --json, as far as it is read here. */
export type JestReport = {
  readonly numPassedTests?: number;
  readonly numFailedTests?: number;
  readonly numRuntimeErrorTestSuites?: number;
  readonly numPendingTests?: number;
  readonly numTodoTests?: number;
  readonly testResults?: readonly { readonly assertionResults: readonly JestResult[] }[];
};

type JestResult = { readonly status: string; readonly ancestorTitles: readonly string[]; readonly title: string };

/** How much was not tested, by the part of the machine that is missing. */
export type Skipped = Readonly<Partial<Record<OptionalInfrastructure, number>>>;

const isPart = (name: string): name is OptionalInfrastructure => name in optionalInfrastructure;

/** Counts the tests that `needs` of tests/support/needs.ts has skipped: it marks their names. */
export function skippedTests(report: JestReport): Skipped {
  const counts: Partial<Record<OptionalInfrastructure, number>> = {};
  const tests = (report.testResults ?? []).flatMap(({ assertionResults }) => assertionResults);
  for (const { status, ancestorTitles, title } of tests) {
    const part = /\[needs ([\w-]+)\]/.exec([...ancestorTitles, title].join(' '))?.[1];
    if (status === 'pending' && part !== undefined && isPart(part)) counts[part] = (counts[part] ?? 0) + 1;
  }
  return counts;
}

/** A line for each part that is missing: what was not tested for want of it, and how it would be. */
export function tellSkipped(outcomes: readonly { readonly name: string; readonly skippedFor: Skipped }[]): string[] {
  return Object.entries(optionalInfrastructure).flatMap(([part, { name, remedy }]) => {
    const steps = outcomes.filter(({ skippedFor }) => skippedFor[part as OptionalInfrastructure] !== undefined);
    const count = steps.reduce((sum, { skippedFor }) => sum + (skippedFor[part as OptionalInfrastructure] ?? 0), 0);
    if (count === 0) return [];
    const what = count === 1 ? `1 ${unitOf(part)} needs` : `${count} ${unitOf(part)}s need`;
    return [`skipped in ${steps.map((step) => step.name).join(', ')}: ${what} ${name}: ${remedy}`];
  });
}

const unitOf = (part: string): string => (part === 'history' ? 'comparison' : 'test');

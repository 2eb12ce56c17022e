import color from 'picocolors';
import { type Place, printPlace } from '#schema/check-error.ts';

/** breaking fails the check; dangerous is reported; safe is only listed. */
export type Verdict = 'breaking' | 'dangerous' | 'safe';

/** One change, and what it means for others. */
export type Finding = Place & {
  readonly verdict: Verdict;
  /** What changed, as a sentence. */
  readonly what: string;
  /** Consumers, or files of the release before, that it concerns. */
  readonly who: readonly string[];
  /** How to do it instead, or what to mind. */
  readonly instead?: string | undefined;
  /** What changed, for programs: in the graph, as `accepted-breaks.json` names it. */
  readonly type?: string;
  readonly coordinate?: string;
};

export type Report = {
  /** The name of the check. */
  readonly check: string;
  /** What it was compared with; null when there was nothing to compare with. */
  readonly base: string | null;
  readonly findings: readonly Finding[];
  /** The message when the check passes. */
  readonly passed: string;
};

const marks = { breaking: color.red('✗'), dangerous: color.yellow('!'), safe: color.green('✓') };
const forWhom = ({ who }: Finding) => (who.length === 0 ? '' : ` Concerns ${who.join(', ')}.`);

const isRejected = ({ findings }: Report): boolean => findings.some(({ verdict }) => verdict === 'breaking');

/** So many safe changes are listed; a new subgraph has hundreds. */
const mostSafe = 40;

function printForPeople(report: Report): string {
  const safe = report.findings.filter(({ verdict }) => verdict === 'safe');
  const unlisted = new Set(safe.slice(mostSafe));
  const listed = report.findings.filter((finding) => !unlisted.has(finding));
  const lines = listed.map((finding) => {
    const instead = finding.instead === undefined ? '' : `\n    ${color.dim(finding.instead)}`;
    return `${marks[finding.verdict]} ${printPlace(finding)} ${finding.what}${forWhom(finding)}${instead}`;
  });
  const compared = report.base === null ? 'There was no base to compare with.' : `Compared with ${report.base}.`;
  const end = isRejected(report) ? `${color.red('✗')} Rejected. ${compared}` : `${color.green('✓')} ${report.passed} ${compared}`;
  const more = unlisted.size === 0 ? [] : [color.dim(`  and ${unlisted.size} more that are safe`)];
  return `${[...lines, ...more, end].join('\n')}\n`;
}

const levels = { breaking: 'error', dangerous: 'warning', safe: 'notice' } as const;

/** Annotations beside the lines of a pull request, of what someone has to mind. */
function printForGitHub({ check, findings }: Report): string {
  return findings
    .filter(({ verdict }) => verdict !== 'safe')
    .map((finding) => annotation(check, finding, finding.verdict, `${finding.what}${forWhom(finding)} ${finding.instead ?? ''}`.trim()))
    .join('');
}

/** A workflow command of GitHub Actions. */
function annotation(check: string, place: Place | null, verdict: Verdict, text: string): string {
  const data = (value: string) => value.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  const property = (value: string) => data(value).replaceAll(':', '%3A').replaceAll(',', '%2C');
  const file = place === null ? [] : [`file=${property(place.file)}`];
  const line = place?.line === undefined ? [] : [`line=${place.line}`];
  return `::${levels[verdict]} ${[...file, ...line, `title=${check}`].join(',')}::${data(text)}\n`;
}

/** A table for the summary of a CI run, in Markdown. */
function printSummary(report: Report): string {
  const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
  const rows = report.findings.map(
    (finding) => `| ${finding.verdict} | \`${printPlace(finding)}\` | ${cell(finding.what)} | ${cell(finding.who.join(', ') || '–')} |`,
  );
  const table = rows.length === 0 ? 'Nothing changed.' : ['| | Where | What | For whom |', '|---|---|---|---|', ...rows].join('\n');
  return `## ${report.check}: ${isRejected(report) ? 'rejected' : 'passed'}\n\nCompared with ${report.base ?? 'nothing'}.\n\n${table}\n\n`;
}

export type Outcome = {
  readonly stdout: string;
  readonly stderr: string;
  /** For the summary of a CI run, in Markdown. */
  readonly summary: string;
  readonly exitCode: 0 | 1 | 2;
};

export type Format = { readonly json?: boolean | undefined; readonly github?: boolean | undefined };

/** The report in this format. Its exit code is 1 when something is breaking. */
export function printReport(report: Report, { json, github }: Format): Outcome {
  const rejected = isRejected(report);
  const forPeople = () => printForPeople(report) + (github ? printForGitHub(report) : '');
  const stdout = json ? toJson({ ...report, rejected }) : forPeople();
  return { stdout, stderr: '', summary: printSummary(report), exitCode: rejected ? 1 : 0 };
}

export type Failure = { readonly check: string; readonly message: string; readonly place: Place | null };

/** A check that could not run: one sentence, with its place where there is one. */
export function printFailure(failure: Failure, { json, github }: Format): Outcome {
  const { check, message, place } = failure;
  const summary = `## ${check}: could not run\n\n${message}\n\n`;
  if (json) return { stdout: toJson({ ...failure, failed: true }), stderr: '', summary, exitCode: 2 };
  const sentence = `${place === null ? '' : `${printPlace(place)} `}${message}\n`;
  return { stdout: github ? annotation(check, place, 'breaking', message) : '', stderr: sentence, summary, exitCode: 2 };
}

const toJson = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

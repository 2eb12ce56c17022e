import { appendFileSync } from 'node:fs';
import color from 'picocolors';

/** breaking fails the check; dangerous is reported; safe is only listed. */
export type Verdict = 'breaking' | 'dangerous' | 'safe';

/** One change, and what it means for others. */
export type Finding = {
  readonly verdict: Verdict;
  readonly file: string;
  readonly line?: number | undefined;
  /** What changed, as a sentence. */
  readonly what: string;
  /** Consumers, or files of the release before, that it concerns. */
  readonly who: readonly string[];
  /** How to do it instead, or what to mind. */
  readonly instead?: string | undefined;
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
const placeOf = ({ file, line }: Finding) => (line === undefined ? file : `${file}:${line}`);
const forWhom = ({ who }: Finding) => (who.length === 0 ? '' : ` Concerns ${who.join(', ')}.`);

export const isRejected = ({ findings }: Report): boolean => findings.some(({ verdict }) => verdict === 'breaking');

export function printForPeople(report: Report): string {
  const lines = report.findings.map((finding) => {
    const instead = finding.instead === undefined ? '' : `\n    ${color.dim(finding.instead)}`;
    return `${marks[finding.verdict]} ${placeOf(finding)} ${finding.what}${forWhom(finding)}${instead}`;
  });
  const compared = report.base === null ? 'There was no base to compare with.' : `Compared with ${report.base}.`;
  const end = isRejected(report) ? `${color.red('✗')} Rejected. ${compared}` : `${color.green('✓')} ${report.passed} ${compared}`;
  return `${[...lines, end].join('\n')}\n`;
}

/** Annotations beside the lines of a pull request: workflow commands of GitHub Actions. */
export function printForGitHub({ check, findings }: Report): string {
  const level = { breaking: 'error', dangerous: 'warning', safe: 'notice' };
  return findings
    .map((finding) => {
      const place = `file=${finding.file}${finding.line === undefined ? '' : `,line=${finding.line}`}`;
      const text = `${finding.what}${forWhom(finding)} ${finding.instead ?? ''}`.trim();
      return `::${level[finding.verdict]} ${place},title=${check}::${text.replaceAll('%', '%25').replaceAll('\n', '%0A')}\n`;
    })
    .join('');
}

/** A table for the summary of a CI run, in Markdown. */
export function printSummary(report: Report): string {
  const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
  const rows = report.findings.map(
    (finding) => `| ${finding.verdict} | \`${placeOf(finding)}\` | ${cell(finding.what)} | ${cell(finding.who.join(', ') || '–')} |`,
  );
  const table = rows.length === 0 ? 'Nothing changed.' : ['| | Where | What | For whom |', '|---|---|---|---|', ...rows].join('\n');
  return `## ${report.check}: ${isRejected(report) ? 'rejected' : 'passed'}\n\nCompared with ${report.base ?? 'nothing'}.\n\n${table}\n\n`;
}

export type Destination = { readonly json: boolean; readonly github: boolean; readonly summaryFile: string | undefined };

/** Writes the report to its destinations. Returns the exit code: 1 when something is breaking. */
export function writeReport(report: Report, { json, github, summaryFile }: Destination): number {
  process.stdout.write(json ? `${JSON.stringify({ ...report, rejected: isRejected(report) }, null, 2)}\n` : printForPeople(report));
  if (github && !json) process.stdout.write(printForGitHub(report));
  if (summaryFile !== undefined) appendFileSync(summaryFile, printSummary(report));
  return isRejected(report) ? 1 : 0;
}

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readCommandLine } from '#platform/command.ts';

/** The kinds of commits that a reader of release notes looks for, by the type that they begin with. */
const kinds: readonly (readonly [type: string, title: string])[] = [
  ['feat', 'New'],
  ['fix', 'Mended'],
  ['perf', 'Faster'],
];

/** The release notes: its section of CHANGELOG.md, or what is unreleased, and the commits since the release before. */
export function releaseNotes(tag: string, changelog: string, subjects: readonly string[]): string {
  const version = tag.replace(/^v/, '');
  const notes = sectionOf(changelog, version) ?? sectionOf(changelog, 'Unreleased') ?? '';
  const commits = kinds.flatMap(([type, title]) => {
    const lines = subjects.flatMap((subject) => lineOf(subject, type));
    return lines.length === 0 ? [] : [`### ${title}\n${lines.join('\n')}`];
  });
  return `${[notes, ...commits].filter((part) => part !== '').join('\n\n')}\n`;
}

/** `feat(order): an order can be gifted` of type feat gives `- order: an order can be gifted`. */
function lineOf(subject: string, type: string): string[] {
  const found = /^(\w+)(?:\(([^)]+)\))?!?: (.+)$/.exec(subject);
  if (found === null || found[1] !== type) return [];
  return [`- ${found[2] === undefined ? '' : `${found[2]}: `}${found[3]}`];
}

function sectionOf(changelog: string, title: string): string | null {
  const section = changelog.split(/^## /m).find((part) => part.startsWith(title));
  return section === undefined ? null : section.slice(section.indexOf('\n') + 1).trim();
}

function git(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('git', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr.trim());
  return stdout.trim();
}

function subjectsSinceLastRelease(tag: string): string[] {
  const before = spawnSync('git', ['describe', '--tags', '--abbrev=0', `${tag}^`], { encoding: 'utf8' });
  const range = before.status === 0 ? `${before.stdout.trim()}..${tag}` : tag;
  return git('log', '--no-merges', '--format=%s', range).split('\n');
}

if (import.meta.main) {
  const { positionals } = readCommandLine('node tools/release-notes.ts TAG   what the release of this tag brings, as Markdown', {}, 1);
  const [tag] = positionals;
  try {
    if (tag === undefined) throw new Error('Name the tag of the release: node tools/release-notes.ts v1.2.0');
    process.stdout.write(releaseNotes(tag, readFileSync('CHANGELOG.md', 'utf8'), subjectsSinceLastRelease(tag)));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  }
}

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The graph as text: every `*.graphql` file of schema/ and subgraphs/, by its path from the root of the project, and the file of accepted breaking changes. */
export type Files = ReadonlyMap<string, string>;

export const projectRoot = fileURLToPath(new URL('../', import.meta.url));

const folders = ['schema', 'subgraphs'];

/** Which breaking changes are meant, and in which release. */
export const acceptedBreaksFile = 'schema/accepted-breaks.json';
/** The version of this release. */
export const packageFile = 'package.json';

/** The files as they lie in the checkout. */
export function readCheckout(root = projectRoot): Files {
  const paths = folders.flatMap((folder) => {
    const below = readdirSync(`${root}/${folder}`, { encoding: 'utf8', recursive: true });
    return below.map((path) => `${folder}/${path.replaceAll('\\', '/')}`);
  });
  return new Map(
    [...paths, packageFile]
      .filter(isOfGraph)
      .sort()
      .map((path) => [path, readFileSync(`${root}/${path}`, 'utf8')]),
  );
}

/** The files of a commit. */
export function readCommit(commit: string, root = projectRoot): Files {
  const listed = git(root, ['ls-tree', '-r', '-z', '--name-only', commit, '--', ...folders, packageFile]);
  return readBlobs(root, commit, listed);
}

/** The files as they are about to be committed. */
export function readIndex(root = projectRoot): Files {
  return readBlobs(root, '', git(root, ['ls-files', '-z', '--', ...folders, packageFile]));
}

/** The output of git. @throws Error when git is missing or fails; the message does not contain git's output. */
export function git(root: string, args: readonly string[], input?: string): string {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8', input, maxBuffer: 2 ** 28, stdio: ['pipe', 'pipe', 'ignore'] });
}

function readBlobs(root: string, tree: string, listed: string): Files {
  const paths = listed.split('\0').filter(isOfGraph).sort();
  // one process for all of them; the answers come in the order of the questions: a line "ID blob BYTES", the bytes, a line break
  const asked = paths.map((path) => `${tree}:./${path}\n`).join('');
  const answers = Buffer.from(git(root, ['cat-file', '--batch'], asked));
  const files = new Map<string, string>();
  let at = 0;
  for (const path of paths) {
    const begin = answers.indexOf('\n', at) + 1;
    const end = begin + Number(answers.toString('utf8', at, begin).trim().split(' ').at(-1));
    files.set(path, answers.toString('utf8', begin, end));
    at = end + 1;
  }
  return files;
}

function isOfGraph(path: string): boolean {
  return path.endsWith('.graphql') || path === acceptedBreaksFile || path === packageFile;
}

import { CheckError } from './check-error.ts';
import { type Files, git, projectRoot, readCommit } from './files.ts';
import { whyNoHistory } from './history.ts';

/** What a change is compared with. */
export type Base = {
  /** For messages: `origin/main (1a2b3c4)`. */
  readonly name: string;
  readonly commit: string;
  readonly files: Files;
};

/**
 * The commit that `ref` names. Without one: where this branch left `origin/main`, or else `main`; what others have merged since then is
 * not taken for a removal. On the main branch of a repository without a remote that is its last commit. Null when nothing was committed.
 * @throws CheckError when there is no such commit, or a shallow clone does not hold it.
 */
export function findBase(ref: string | undefined, root = projectRoot): Base | null {
  const repository = open(root);
  if (ref === undefined) return findDefault(repository);
  const why = whyNoHistory(root);
  if (why !== null) throw new CheckError(`Nothing can be compared with "${ref}": ${why}.`);
  return findNamed(ref, repository);
}

type Repository = ReturnType<typeof open>;

function open(root: string) {
  const ask = (...args: string[]): string | null => {
    try {
      return git(root, args).trim();
    } catch {
      return null;
    }
  };
  return {
    commitOf: (name: string) => ask('rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`),
    mergeBase: (name: string) => ask('merge-base', 'HEAD', name),
    isShallow: () => ask('rev-parse', '--is-shallow-repository') === 'true',
    baseAt: (name: string, commit: string): Base => ({ name: `${name} (${commit.slice(0, 7)})`, commit, files: readCommit(commit, root) }),
  };
}

function findNamed(ref: string, repository: Repository): Base {
  const commit = repository.commitOf(ref);
  if (commit !== null) return repository.baseAt(ref, commit);
  throw new CheckError(`There is no base "${ref}" here${repository.isShallow() ? `: ${shallow}` : '; fetch it, or name another one.'}`);
}

function findDefault(repository: Repository): Base | null {
  const head = repository.commitOf('HEAD');
  if (head === null) return null;
  const main = ['origin/main', 'main'].find((name) => repository.commitOf(name) !== null);
  if (main === undefined) {
    if (repository.isShallow()) throw new CheckError(`There is no origin/main here: ${shallow}`);
    return repository.baseAt('HEAD', head);
  }
  const commit = repository.mergeBase(main);
  if (commit !== null) return repository.baseAt(main, commit);
  if (repository.isShallow()) throw new CheckError(`Where this branch left ${main} cannot be seen: ${shallow}`);
  throw new CheckError(`This branch and ${main} have no commit in common; name a base with --base REF.`);
}

const shallow = 'the clone is shallow. Fetch the rest with "git fetch --unshallow", or check out with "fetch-depth: 0" in CI.';

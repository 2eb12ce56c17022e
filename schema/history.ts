import { execFileSync } from 'node:child_process';
import { projectRoot } from './files.ts';

/** Why a change cannot be compared with what was committed before it, as a part of a sentence; null when it can. */
export function whyNoHistory(root = projectRoot): string | null {
  try {
    execFileSync('git', ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });
    return null;
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: Buffer };
    if (code === 'ENOENT') return 'git is not installed';
    return (
      stderr
        ?.toString()
        .split('\n')[0]
        ?.replace(/^fatal: /, '') || 'nothing was committed yet'
    );
  }
}

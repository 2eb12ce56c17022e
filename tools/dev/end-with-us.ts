import { spawn } from 'node:child_process';

export type Tie = { loosen(): void };

/**
 * Ends a foreign program (PostgreSQL, Redis: they know nothing of us) when this process is gone, even after `kill -9`: a small shell waits
 * for the end of a pipe that only we hold open. `loosen` it before stopping the program in the ordinary way. On Windows there is
 * no such shell, and the next start stops what was left.
 */
export function endWithUs(pid: number | undefined, signal: 'INT' | 'TERM'): Tie {
  if (process.platform === 'win32' || pid === undefined) return { loosen: () => undefined };
  // the second signal is for a program that does not end; the loop stops early, so that the number is not used for another's process
  const wait = 'i=0; while [ $i -lt 50 ] && kill -0 "$2" 2>/dev/null; do sleep 0.1; i=$((i+1)); done; kill -9 "$2" 2>/dev/null';
  const shell = spawn(
    '/bin/sh',
    ['-c', `trap '' INT TERM HUP; read -r _; kill -"$1" "$2" 2>/dev/null; ${wait}`, 'marigold-end', signal, String(pid)],
    {
      detached: true,
      cwd: '/',
      stdio: ['pipe', 'ignore', 'ignore'],
    },
  );
  shell.on('error', () => undefined);
  shell.stdin.on('error', () => undefined);
  // neither the shell nor its pipe keep our own process alive
  shell.unref();
  if ('unref' in shell.stdin && typeof shell.stdin.unref === 'function') shell.stdin.unref();
  return {
    loosen() {
      shell.kill('SIGKILL');
      shell.stdin.destroy();
    },
  };
}

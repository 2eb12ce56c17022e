import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What a machine may lack: Node and npm are enough, and what else is tested needs one of these. */
export const optionalInfrastructure = {
  kafka: { name: 'Kafka', remedy: 'install Java 17 and Maven' },
  redis: { name: 'Redis', remedy: 'install redis-server' },
  openssl: { name: 'openssl', remedy: 'install openssl, with which tests make certificates' },
  git: { name: 'git', remedy: 'install git' },
  history: { name: 'the commits before', remedy: 'clone the repository with git' },
  'docker-compose': { name: 'docker-compose', remedy: 'install docker-compose' },
  kubectl: { name: 'kubectl', remedy: 'install kubectl, which renders Kustomize without a cluster' },
  promtool: { name: 'promtool', remedy: 'install prometheus, whose package has it' },
  browser: { name: 'a browser', remedy: 'use Linux on x64, for which npm has one, or install Google Chrome' },
  'older-node': { name: 'an older Node', remedy: 'install Node 18, 20 or 22 beside the newer one' },
} as const satisfies Record<string, { readonly name: string; readonly remedy: string }>;

export type OptionalInfrastructure = keyof typeof optionalInfrastructure;

/** The first program of this name on the PATH, or null. */
export function programOnPath(name: string, path = process.env['PATH'] ?? ''): string | null {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const places = path.split(delimiter).filter((folder) => folder !== '');
  return places.map((folder) => join(folder, `${name}${suffix}`)).find((place) => existsSync(place)) ?? null;
}

/** A Node on the PATH that is too old for the project and new enough for its commands: 18 to 23. */
export function olderNode(path = process.env['PATH'] ?? ''): string | null {
  const nodes = path.split(delimiter).flatMap((folder) => programOnPath('node', folder) ?? []);
  return nodes.find((node) => [18, 19, 20, 21, 22, 23].includes(majorOf(node))) ?? null;
}

function majorOf(node: string): number {
  try {
    return Number(/^v(\d+)/.exec(execFileSync(node, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

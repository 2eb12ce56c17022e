import { whyNoHistory } from '#schema/history.ts';
import { type OptionalInfrastructure, olderNode, optionalInfrastructure, programOnPath } from '#tools/dev/optional-infrastructure.ts';
import { whyNoChromium } from './chromium.ts';

/** What the run as a whole has found missing, before any test began: start-components.ts and tests/e2e/start-shop.ts say so. */
const variable = 'TEST_MISSING';

type Missing = Partial<Record<OptionalInfrastructure, string>>;

const onPath = (program: string) => (programOnPath(program) === null ? `${program} is not on the PATH` : null);

/** Looked for by each test file; the others are looked for once, by what starts the run. */
const lookFor: Partial<Record<OptionalInfrastructure, () => string | null>> = {
  git: () => onPath('git'),
  openssl: () => onPath('openssl'),
  'docker-compose': () => onPath('docker-compose'),
  kubectl: () => onPath('kubectl'),
  promtool: () => onPath('promtool'),
  redis: () => onPath('redis-server'),
  history: whyNoHistory,
  'older-node': () => (olderNode() === null ? 'there is no older Node on the PATH' : null),
};

/** Null when the component is there. */
export function whyMissing(component: OptionalInfrastructure): string | null {
  return noted()[component] ?? lookFor[component]?.() ?? null;
}

const noted = (): Missing => JSON.parse(process.env[variable] ?? '{}') as Missing;

/** For what starts the run: notes that a component is missing, for all tests. @throws Error in CI. */
export function noteMissing(component: OptionalInfrastructure, why: string): void {
  if (process.env['CI'] === 'true') throw new Error(messageInCi(component, why));
  process.env[variable] = JSON.stringify({ ...noted(), [component]: why });
}

export function messageInCi(component: OptionalInfrastructure, why: string): string {
  const { name, remedy } = optionalInfrastructure[component];
  return `In CI nothing is skipped, and ${name} is missing (${why}): ${remedy}.`;
}

/** For what starts the run: looks whether there is a browser. @throws Error in CI when there is none. */
export async function noteBrowser(): Promise<void> {
  const why = await whyNoChromium();
  if (why !== null) noteMissing('browser', why);
}

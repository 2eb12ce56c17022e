import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Environment } from './environment.ts';
import { ServiceLog } from './service-log.ts';
import { startServiceProcess } from './service-process.ts';
import type { ShopContext } from './shop-context.ts';
import { type ComponentState, type RunningComponent, type SupervisedProcess, superviseProcess } from './supervised-process.ts';

const checkout = join(import.meta.dirname, '../..');
const readyWithinMs = 90_000;

const lean = ['--import', pathToFileURL(join(import.meta.dirname, 'lean.mjs')).href];

// a young generation grows with what survives, and is small again when idle; with 1 MB, collecting took half of a start and a tenth of a busy service
export const serviceFlags = [...lean, '--max-old-space-size=192', '--max-semi-space-size=8'];
export const gatewayFlags = [...lean, '--max-old-space-size=384', '--max-semi-space-size=16'];
export const allInOneFlags = [...lean, '--max-old-space-size=640', '--max-semi-space-size=16'];

/** For glibc: what a password hash borrowed (19 MB each) goes back to the system, and threads share what they keep. */
const thrift = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '1048576',
  NODE_COMPILE_CACHE: join(checkout, 'node_modules', '.cache', 'node'),
};

/** graphql-js looks for a second copy of itself at each check of a type otherwise, and libraries keep what only helps to debug them. */
const production = { NODE_ENV: 'production' };

export type NodeProcess = {
  /** Also that of its log. */
  name: string;
  /** The TypeScript file to run, from the checkout. */
  command: readonly string[];
  env: Environment;
  nodeFlags: readonly string[];
  /** Each answers 200 when what is behind it can work. */
  readyUrls: readonly string[];
  onState(state: ComponentState): void;
};

/** A process of Node that runs a service or several, and is started again when it ends. */
export function superviseNode(shop: Pick<ShopContext, 'folder' | 'problem'>, kept: NodeProcess): SupervisedProcess<RunningComponent> {
  const log = new ServiceLog(join(shop.folder.path, 'logs', `${kept.name}.log`), (problem) => shop.problem(kept.name, problem));
  return superviseProcess({
    name: kept.name,
    readyWithinMs,
    onState: kept.onState,
    launch: (signal) =>
      startServiceProcess(
        {
          name: kept.name,
          command: kept.command,
          env: { ...thrift, ...inherited(), ...production, ...kept.env },
          nodeFlags: kept.nodeFlags,
          cwd: checkout,
          log,
          readyUrls: kept.readyUrls,
          onSpawn: (pid) => shop.folder.remember(kept.name, pid),
        },
        signal,
      ),
  });
}

/** What a service gets from the person's shell: not what npm put there, and no address that is ours to give. */
function inherited(): Record<string, string | undefined> {
  const { NODE_OPTIONS: _options, ...env } = process.env;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(npm_|JEST_)/.test(name)));
}

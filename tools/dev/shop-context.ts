import type { DataFolder } from './data-folder.ts';
import type { Secrets } from './environment.ts';
import type { PartState } from './keep-running.ts';
import type { LoggedProblem } from './service-log.ts';
import { type ServiceName, serviceNames } from './services.ts';
import type { Ports } from './shop-ports.ts';

export const partNames = ['PostgreSQL', 'Kafka', 'Redis', 'mail inbox', 'storefront', ...serviceNames, 'catalogue'] as const;
export type PartName = (typeof partNames)[number];

/** How a part is doing, for people: `absent` is a part that this machine does not have and the shop goes without. */
export type PartStatus = { readonly is: 'waiting' | 'starting' | 'ready' | 'down' | 'absent' | 'stopped'; readonly detail: string };

export type ShopOptions = {
  /** Holds everything that the shop keeps. */
  dataDir: string;
  /** `free`: any, so that the shop runs beside another one. Else the usual ports, or those given; what people do not type moves aside when taken. */
  ports?: 'free' | Readonly<Partial<Ports>>;
  /** False: no Kafka even where there is one; all services in one process over its own log. */
  kafka?: boolean;
  /** A Kafka that runs already. */
  kafkaBrokers?: readonly string[] | undefined;
  /** A PostgreSQL that runs already, with the right to make databases and roles. */
  postgresUrl?: string | undefined;
  /** Before the names of the databases, `marigold` if not given: two shops on one server need two. */
  databasePrefix?: string;
  redisUrl?: string | undefined;
  /** Empties the data folder, and drops the databases, before it begins. */
  reset?: boolean;
  /** False: no products and no customer. */
  seed?: boolean;
  /** False: problems of the services are told on standard error when nobody listens to `onProblem`. */
  quiet?: boolean;
  /** Variables that replace ours. */
  env?: Readonly<Partial<Record<ServiceName, Readonly<Record<string, string>>>>>;
  /** Ends a shop that is still starting. */
  signal?: AbortSignal;
  onPart?(name: PartName, status: PartStatus): void;
  onProblem?(name: string, problem: LoggedProblem): void;
};

/** How one part tells of itself. */
export type PartVoice = {
  note(detail: string): void;
  onState(state: PartState, detail?: string): void;
  absent(why: string): null;
};

/** What everything that starts a part of one shop needs to know. */
export type ShopContext = {
  readonly options: ShopOptions;
  readonly folder: DataFolder;
  readonly ports: Ports;
  readonly secrets: Secrets;
  part(name: PartName): PartVoice;
  problem(name: string, problem: LoggedProblem): void;
};

export function createContext(parts: Pick<ShopContext, 'options' | 'folder' | 'ports' | 'secrets'>): ShopContext {
  const { options } = parts;
  const tell = (name: PartName, status: PartStatus) => options.onPart?.(name, status);
  return {
    ...parts,
    part: (name) => ({
      note: (detail) => tell(name, { is: 'starting', detail }),
      onState: (state, detail = '') => tell(name, statusOf(state, detail)),
      absent(why) {
        tell(name, { is: 'absent', detail: why });
        return null;
      },
    }),
    problem(name, problem) {
      if (options.onProblem) options.onProblem(name, problem);
      else if (options.quiet === false) process.stderr.write(`${name}: ${problem.message}\n`);
    },
  };
}

function statusOf(state: PartState, detail: string): PartStatus {
  if (state.is === 'down')
    return { is: 'down', detail: `${state.why.replace(/\.$/, '')}; again in ${(state.againInMs / 1000).toFixed(1)} s` };
  return { is: state.is, detail: state.is === 'ready' ? detail : '' };
}

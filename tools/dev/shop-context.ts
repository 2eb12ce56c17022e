import type { DataFolder } from './data-folder.ts';
import type { Secrets } from './environment.ts';
import { seededServices } from './missing-services.ts';
import type { LoggedProblem } from './service-log.ts';
import { type ServiceName, serviceNames } from './services.ts';
import type { Ports } from './shop-ports.ts';
import type { ComponentState } from './supervised-process.ts';

export const componentNames = [
  'PostgreSQL',
  'Kafka',
  'Redis',
  'mail inbox',
  'storefront',
  'playground',
  ...serviceNames,
  'catalogue',
] as const;
export type ComponentName = (typeof componentNames)[number];

/** How a component is doing, for people: `absent` is a component that this machine does not have and the shop goes without. */
export type ComponentStatus = { readonly is: 'waiting' | 'starting' | 'ready' | 'down' | 'absent' | 'stopped'; readonly detail: string };

export type ShopOptions = {
  /** Holds everything that the shop keeps. */
  dataDir: string;
  /** `free`: any, so that the shop runs beside another one. Else the usual ports, or those given; what people do not type moves aside when taken. */
  ports?: 'free' | Readonly<Partial<Ports>>;
  /** False: no Kafka even where there is one; all services in one process over its own log. */
  kafka?: boolean;
  /** How many brokers the Kafka has that is started; one without it. */
  brokers?: number;
  /** A Kafka that runs already. */
  kafkaBrokers?: readonly string[] | undefined;
  /** A PostgreSQL that runs already, with the right to make databases and roles. */
  postgresUrl?: string | undefined;
  /** Before the names of the databases, `marigold` if not given: two shops on one server need two. */
  databasePrefix?: string;
  redisUrl?: string | undefined;
  /** Empties the data folder, and drops the databases, before it begins. */
  reset?: boolean;
  /** Only these services; all without it. */
  only?: readonly ServiceName[];
  /** The process of this service lets a debugger in, at the port that Node uses for it. */
  inspect?: ServiceName;
  /** False: no products and no customer. */
  seed?: boolean;
  /** False: problems of the services are printed on standard error unless `onProblem` is given. */
  quiet?: boolean;
  /** Variables that replace ours. */
  env?: Readonly<Partial<Record<ServiceName, Readonly<Record<string, string>>>>>;
  /** Ends a shop that is still starting. */
  signal?: AbortSignal;
  onComponent?(name: ComponentName, status: ComponentStatus): void;
  onProblem?(name: string, problem: LoggedProblem): void;
};

/** How one component reports its status. */
export type ComponentReporter = {
  note(detail: string): void;
  onState(state: ComponentState, detail?: string): void;
  absent(why: string): null;
};

/** What everything that starts a component of one shop needs to know. */
export type ShopContext = {
  readonly options: ShopOptions;
  readonly folder: DataFolder;
  readonly ports: Ports;
  readonly secrets: Secrets;
  /** The services that run. */
  readonly members: readonly ServiceName[];
  /** Whether there is a catalogue to be filled by these services. */
  readonly isSeeded: boolean;
  component(name: ComponentName): ComponentReporter;
  problem(name: string, problem: LoggedProblem): void;
};

export function createContext(components: Pick<ShopContext, 'options' | 'folder' | 'ports' | 'secrets'>): ShopContext {
  const { options } = components;
  const members = options.only ?? serviceNames;
  const tell = (name: ComponentName, status: ComponentStatus) => options.onComponent?.(name, status);
  return {
    ...components,
    members,
    isSeeded: options.seed !== false && seededServices.every((name) => members.includes(name)),
    component: (name) => ({
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

function statusOf(state: ComponentState, detail: string): ComponentStatus {
  if (state.is === 'down')
    return { is: 'down', detail: `${state.why.replace(/\.$/, '')}; again in ${(state.againInMs / 1000).toFixed(1)} s` };
  return { is: state.is, detail: state.is === 'ready' ? detail : '' };
}

import { parseArgs } from 'node:util';
import { Problem } from './problem.ts';
import { type ServiceName, serviceNames } from './services.ts';
import type { Ports } from './shop-ports.ts';

export type StartArguments = {
  readonly help: boolean;
  readonly reset: boolean;
  readonly kafka: boolean;
  /** Undefined: all services. */
  readonly only?: readonly ServiceName[];
  /** Restart what a saved file belongs to. */
  readonly watch: boolean;
  /** The service that a debugger may be attached to. */
  readonly inspect?: ServiceName;
  readonly dataDir: string;
  readonly ports: Readonly<Partial<Ports>>;
  readonly kafkaBrokers: readonly string[] | undefined;
  readonly redisUrl: string | undefined;
  readonly postgresUrl: string | undefined;
};

export const usage = `npm start [-- OPTION …]     the whole shop on this machine, until Ctrl-C

  --port N      the shop's port, 4000
  --data DIR    where it keeps its data, .data
  --reset       delete all data and start over
  --no-kafka    all services in one process, without Kafka
  --only LIST   only these services, as order,product; of ${serviceNames.join(', ')}
  --watch       restart what a saved file belongs to: npm run dev
  --inspect S   a debugger may be attached to the service S, at 127.0.0.1:9229
  --help        this text

Variables:
  MAIL_PORT, SMTP_PORT   the mail inbox's ports, 1080 and 1025
  POSTGRES_URL           a PostgreSQL (14 or newer) of yours instead of the one from npm; databases and roles named marigold_… are made in it
  KAFKA_BROKERS          a Kafka of yours, host:port,…; else one is started where Java 17 and Maven are found
  REDIS_URL              a Redis of yours; else one is started where redis-server is found`;

/**
 * What was asked for on the command line and in the variables.
 * @throws Problem that names the option or variable that cannot be understood.
 */
export function readArguments(args: readonly string[], env: Readonly<Record<string, string | undefined>>): StartArguments {
  const { values } = parse(args);
  const gateway = readPort('--port', values.port);
  const mail = readPort('MAIL_PORT', env['MAIL_PORT']);
  const smtp = readPort('SMTP_PORT', env['SMTP_PORT']);
  return {
    help: values.help ?? false,
    reset: values.reset ?? false,
    kafka: !values['no-kafka'],
    watch: values.watch ?? false,
    ...(values.inspect === undefined ? {} : readInspected(values.inspect)),
    dataDir: values.data ?? '.data',
    ...(values.only === undefined ? {} : { only: readServices(values.only) }),
    ports: { ...(gateway && { gateway }), ...(mail && { inbox: mail }), ...(smtp && { smtp }) },
    kafkaBrokers: readBrokers(env['KAFKA_BROKERS']),
    redisUrl: readUrl('REDIS_URL', env['REDIS_URL'], /^rediss?:$/),
    postgresUrl: readUrl('POSTGRES_URL', env['POSTGRES_URL'], /^postgres(ql)?:$/),
  };
}

const options = {
  help: { type: 'boolean', short: 'h' },
  reset: { type: 'boolean' },
  'no-kafka': { type: 'boolean' },
  watch: { type: 'boolean' },
  inspect: { type: 'string' },
  only: { type: 'string' },
  port: { type: 'string' },
  data: { type: 'string' },
} as const;

function parse(args: readonly string[]) {
  try {
    const parsed = parseArgs({ args: [...args], options });
    // --port=$PORT where there is no PORT: an empty folder would be the checkout itself
    for (const name of ['only', 'inspect', 'port', 'data'] as const)
      if (parsed.values[name] === '') throw new Error(`Option '--${name}' has no value`);
    return parsed;
  } catch (error) {
    const message = error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error);
    throw new Problem(`${message.replace(/\.$/, '')}. See npm start -- --help.`, { cause: error });
  }
}

function readPort(name: string, text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Problem(`${name} must be a port, 1 to 65535, and not "${text}".`);
  return port;
}

/** In the order of all services, each once. */
function readServices(text: string, option = '--only'): ServiceName[] {
  const wanted = text.split(',').map((name) => name.trim());
  const unknown = wanted.filter((name) => !serviceNames.some((known) => known === name));
  if (unknown.length > 0) {
    const which = unknown.map((name) => `"${name}"`).join(' and ');
    throw new Problem(`${option} knows no service ${which}. There are: ${serviceNames.join(', ')}.`);
  }
  return serviceNames.filter((name) => wanted.includes(name));
}

function readInspected(text: string): { inspect?: ServiceName } {
  const [inspect, ...others] = readServices(text, '--inspect');
  if (others.length > 0) throw new Problem('--inspect takes one service: all would listen on the same port.');
  return inspect === undefined ? {} : { inspect };
}

function readUrl(name: string, text: string | undefined, protocol: RegExp): string | undefined {
  if (text === undefined || text === '') return undefined;
  const url = URL.parse(text);
  // the value may hold a password, so it is not repeated
  if (url === null || !protocol.test(url.protocol))
    throw new Problem(`${name} is not an address of the right kind. See npm start -- --help.`);
  return text;
}

function readBrokers(text: string | undefined): readonly string[] | undefined {
  if (text === undefined || text === '') return undefined;
  const brokers = text.split(',').map((broker) => broker.trim());
  if (!brokers.every((broker) => /^[^\s:]+:\d+$/.test(broker))) throw new Problem('KAFKA_BROKERS must be host:port, separated by commas.');
  return brokers;
}

import { createHmac } from 'node:crypto';
import { type AdminPortName, type Service, type ServiceName, serviceNames, services, subgraphNames } from './services.ts';

/** Where everything of one running shop can be reached. */
export type Addresses = {
  readonly ports: Readonly<Record<ServiceName | AdminPortName, number>>;
  /** Where others call a service, when that is not where it listens: the port of a proxy before its copies. */
  readonly callPorts?: Readonly<Record<ServiceName, number>>;
  /** What a person types: http://localhost:4000 */
  readonly publicUrl: string;
  /** The end of the address that opens the playground with its accounts: another one at each start. */
  readonly playgroundKey: string;
  /** Of any database of the server; the services' own databases are beside it. */
  readonly postgresUrl: string;
  /** Before the name of each database: marigold gives marigold_order. */
  readonly databasePrefix: string;
  /** Null: the services share one process and its log. */
  readonly kafkaBrokers: readonly string[] | null;
  readonly redisUrl: string | null;
  readonly smtpUrl: string;
  /** Where the operations subgraph keeps the log records of all services. */
  readonly logsFolder: string;
};

export type Secrets = {
  readonly internalTokenSecret: string;
  /** RSA, PKCS #8, PEM. */
  readonly accessTokenPrivateKey: string;
  /** With which user seals what is for mail alone; id=32 bytes as base64. */
  readonly mailKeys: string;
  /** What the passwords of the database roles are made from. */
  readonly databaseSecret: string;
  readonly admin: Account;
  readonly customer: Account;
};

export type Account = { readonly email: string; readonly username: string; readonly password: string };

export type Environment = Readonly<Record<string, string>>;

/** The variables of each service, complete: services have no other configuration of addresses. */
export function environmentOf(addresses: Addresses, secrets: Secrets): Record<ServiceName, Environment> {
  const { ports, callPorts = ports } = addresses;
  const subgraphUrl = (name: ServiceName) => `http://127.0.0.1:${callPorts[name]}/graphql`;
  const redis: Environment = addresses.redisUrl === null ? {} : { REDIS_URL: addresses.redisUrl };
  const database = (name: string) => {
    const inServer = `${addresses.databasePrefix}_${name}`;
    return roleUrl(databaseUrl(addresses.postgresUrl, inServer), inServer, secrets);
  };
  const own: Partial<Record<ServiceName, Environment>> = {
    product: redis,
    // shorter than in a real shop, so that the outcome of the silent card is seen soon
    order: { CART_URL: subgraphUrl('cart'), PAYMENT_DEADLINE_MS: '15000' },
    user: {
      ACCESS_TOKEN_PRIVATE_KEY: secrets.accessTokenPrivateKey,
      MAIL_KEYS: secrets.mailKeys,
      ADMIN_EMAIL: secrets.admin.email,
      ADMIN_USERNAME: secrets.admin.username,
      ADMIN_PASSWORD: secrets.admin.password,
    },
    payment: { PROVIDER_DATABASE_URL: database('provider'), SILENT_CARD_MS: '20000' },
    mail: {
      MAIL_KEYS: secrets.mailKeys,
      SMTP_URL: addresses.smtpUrl,
      MAIL_FROM: 'Marigold <shop@marigold.example>',
      SHOP_URL: addresses.publicUrl,
    },
    operations: {
      LOGS_FOLDER: addresses.logsFolder,
      COMPONENTS: serviceNames.map((name) => `${name}=http://127.0.0.1:${ports[`${name}-admin`]}`).join(','),
    },
    gateway: {
      SUPERGRAPH: 'schema/supergraph.graphql',
      SUBGRAPH_URLS: subgraphNames.map((name) => `${name}=${subgraphUrl(name)}`).join(','),
      JWKS_URL: `http://127.0.0.1:${callPorts.user}/.well-known/jwks.json`,
      ENDED_SESSIONS_URL: `http://127.0.0.1:${callPorts.user}/ended-sessions.json`,
      PLAYGROUND_ACCOUNTS: JSON.stringify({ customer: accountOf(secrets.customer), admin: accountOf(secrets.admin) }),
      PLAYGROUND_KEY: addresses.playgroundKey,
      ALLOWED_ORIGINS: `http://localhost:${callPorts.gateway},http://127.0.0.1:${callPorts.gateway}`,
      ...redis,
    },
  };
  const kafka: Environment = addresses.kafkaBrokers === null ? {} : { KAFKA_BROKERS: addresses.kafkaBrokers.join(',') };
  const shared = ({ name, databases: [first] }: Service): Environment => ({
    HOST: '127.0.0.1',
    PORT: String(ports[name]),
    ADMIN_HOST: '127.0.0.1',
    ADMIN_PORT: String(ports[`${name}-admin`]),
    LOG_LEVEL: 'info',
    LOGS_EXPORTER: 'kafka',
    ...(first === undefined ? {} : { DATABASE_URL: database(first) }),
    INTERNAL_TOKEN_SECRET: secrets.internalTokenSecret,
    // for the admin pages, which need no collector
    OTEL_TRACES_EXPORTER: 'kafka',
    ...kafka,
    APOLLO_TELEMETRY_DISABLED: 'true',
  });
  const environments = services.map((service) => [service.name, { ...shared(service), ...own[service.name] }]);
  return Object.fromEntries(environments) as Record<ServiceName, Environment>;
}

const accountOf = ({ username, password }: Account) => ({ login: username, password });

/** The same database as the role that a service has there. */
function roleUrl(url: string, role: string, secrets: Pick<Secrets, 'databaseSecret'>): string {
  const own = new URL(url);
  own.username = role;
  own.password = passwordOfRole(secrets, role);
  return own.href;
}

/** Another one for each role, so that none can be another. */
export function passwordOfRole({ databaseSecret }: Pick<Secrets, 'databaseSecret'>, role: string): string {
  return createHmac('sha256', databaseSecret).update(role).digest('base64url');
}

/** The address of another database of the same server. */
export function databaseUrl(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}

export function mapServices<T>(make: (name: ServiceName) => T): Record<ServiceName, T> {
  return Object.fromEntries(serviceNames.map((name) => [name, make(name)])) as Record<ServiceName, T>;
}

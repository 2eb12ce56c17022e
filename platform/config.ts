import { z } from 'zod';

/** Some environment variables are missing or wrong: one line each. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The configuration is not complete:\n${problems.map((line) => `  - ${line}`).join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** Variables by their names, each with its zod type. */
export type ConfigShape = Readonly<Record<string, z.ZodType>>;
export type ConfigOf<Shape extends ConfigShape> = { [Name in keyof Shape]: z.output<Shape[Name]> };

/**
 * Reads the variables of `shape` from `env`, typed. An empty value counts as absent.
 * @throws ConfigError that lists every problem at once.
 */
export function loadConfig<Shape extends ConfigShape>(shape: Shape, env: Readonly<Record<string, string | undefined>>): ConfigOf<Shape> {
  const given: Record<string, string> = {};
  for (const name of Object.keys(shape)) {
    const value = env[name];
    if (value !== undefined && value !== '') given[name] = value;
  }
  const parsed = z.object(shape).safeParse(given);
  if (parsed.success) return parsed.data as ConfigOf<Shape>;
  throw new ConfigError(
    parsed.error.issues.map((issue) => {
      const name = String(issue.path[0]);
      return name in given ? `${name}: ${issue.message}` : `${name} is not set`;
    }),
  );
}

/** The types that several services use for their variables. */
export const variable = {
  port: (fallback: number) => z.coerce.number().int().min(0).max(65_535).default(fallback),
  host: () => z.string().default('127.0.0.1'),
  logLevel: () => z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  postgresUrl: () => z.string().regex(/^postgres(ql)?:\/\//, 'must begin with postgres:// or postgresql://'),
  redisUrl: () => z.string().regex(/^rediss?:\/\//, 'must begin with redis:// or rediss://'),
  httpUrl: () =>
    z
      .string()
      .regex(/^https?:\/\//, 'must begin with http:// or https://')
      .refine(URL.canParse, { error: ({ input }) => `is no address: ${input}` }),
  secret: () => z.string().min(32, 'must have at least 32 characters'),
  poolSize: (fallback: number) => z.coerce.number().int().min(1).max(100).default(fallback),
  milliseconds: (fallback: number) => z.coerce.number().int().min(1).default(fallback),
  brokers: () =>
    z
      .string()
      .transform((list) => list.split(',').map((broker) => broker.trim()))
      .pipe(z.array(z.string().regex(/^[^\s:]+:\d+$/, 'must be host:port, separated by commas')).min(1)),
} as const;

import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { areCertificates, pem } from './pem.ts';
import { problemOfTlsIn } from './postgres/tls.ts';

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

type Environment = Readonly<Record<string, string | undefined>>;
/** A variable's text, and the file that it came from. */
type Given = { readonly text: string; readonly path?: string };

/** Why a variable cannot be right beside the others, which are given as texts by their names; null when it can. */
type Contradiction = (given: Readonly<Record<string, string | undefined>>) => string | null;
const contradictions = z.registry<{ find: Contradiction }>();

/** A variable that others may contradict; `find` is asked whether it is given itself or not. Last in the chain: zod copies a type with each step. */
export function withContradiction<Type extends z.ZodType>(type: Type, find: Contradiction): Type {
  contradictions.add(type, { find });
  return type;
}

/**
 * Reads the variables of `shape` from `env`, typed. An empty value counts as absent. Each may be given as NAME_FILE instead, the
 * path of a file that holds it: so are secrets mounted.
 * @throws ConfigError that lists every problem at once, never with a value.
 */
export function loadConfig<Shape extends ConfigShape>(shape: Shape, env: Environment): ConfigOf<Shape> {
  const { given, problems } = readVariables(Object.keys(shape), env);
  const texts = Object.fromEntries([...given].map(([name, { text }]) => [name, text]));
  const parsed = z.object(shape).safeParse(texts);
  const unread = new Set(problems.keys());
  const wrong = (parsed.error?.issues ?? []).flatMap((issue) => {
    const name = String(issue.path[0]);
    if (unread.has(name)) return [];
    const of = given.get(name);
    if (of === undefined) return [`${name} is not set`];
    return [`${of.path === undefined ? name : `${name} (from ${of.path})`}: ${issue.message}`];
  });
  const contradicted = Object.values(shape).flatMap((type) => contradictions.get(type)?.find(texts) ?? []);
  // of a list each item may have the same
  const all = [...new Set([...problems.values(), ...wrong, ...contradicted])];
  if (parsed.success && all.length === 0) return parsed.data as ConfigOf<Shape>;
  throw new ConfigError(all);
}

/** What is given of `names`, and one problem for each that cannot be read. */
function readVariables(names: readonly string[], env: Environment) {
  const given = new Map<string, Given>();
  const problems = new Map<string, string>();
  for (const name of names) {
    const found = readVariable(name, env);
    if (typeof found === 'string') problems.set(name, found);
    else if (found.text !== '') given.set(name, found);
  }
  return { given, problems };
}

/** What is given, an empty text when nothing is, or the problem. */
function readVariable(name: string, env: Environment): Given | string {
  const [text, path] = [env[name] ?? '', env[`${name}_FILE`] ?? ''];
  if (path === '') return { text };
  if (text !== '') return `${name} and ${name}_FILE are both set: one of them is enough`;
  const read = readText(path);
  return 'problem' in read ? `${name}_FILE: ${path} ${read.problem}` : { ...read, path };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The text of a file without the line break at its end, which editors and `echo` add. */
function readText(path: string): { text: string } | { problem: string } {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    return { problem: `cannot be read (${(error as NodeJS.ErrnoException).code})` };
  }
  try {
    const text = utf8.decode(bytes).replace(/\r?\n$/, '');
    return text === '' ? { problem: 'is empty' } : { text };
  } catch {
    return { problem: 'is not UTF-8 text' };
  }
}

/** The types that several services use for their variables. */
export const variable = {
  port: (fallback: number) => z.coerce.number().int().min(0).max(65_535).default(fallback),
  host: () => z.string().default('127.0.0.1'),
  logLevel: () => z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  postgresUrl: () =>
    z
      .string()
      .regex(/^postgres(ql)?:\/\//, 'must begin with postgres:// or postgresql://')
      .superRefine((url, context) => {
        const problem = problemOfTlsIn(url);
        if (problem !== null) context.addIssue({ code: 'custom', message: problem });
      }),
  redisUrl: () => z.string().regex(/^rediss?:\/\//, 'must begin with redis:// or rediss://'),
  httpUrl: () =>
    z
      .string()
      .regex(/^https?:\/\//, 'must begin with http:// or https://')
      .refine(URL.canParse, 'is no address'),
  secret: () => z.string().min(32, 'must have at least 32 characters'),
  /** Several while one is being replaced, separated by commas: the first signs, all verify. */
  secrets: () =>
    z
      .string()
      .transform((list) => list.split(','))
      .pipe(z.array(z.string().min(32, 'must have at least 32 characters, each where there are several')).min(1)),
  /** Certificates that sign those of a server. */
  certificates: () => pem().refine(areCertificates, 'must be certificates in PEM'),
  poolSize: (fallback: number) => z.coerce.number().int().min(1).max(100).default(fallback),
  milliseconds: (fallback: number) => z.coerce.number().int().min(1).default(fallback),
  brokers: () =>
    z
      .string()
      .transform((list) => list.split(',').map((broker) => broker.trim()))
      .pipe(z.array(z.string().regex(/^[^\s:]+:\d+$/, 'must be host:port, separated by commas')).min(1)),
} as const;

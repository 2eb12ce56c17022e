import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { kafkaConfig } from '#kafka/kafka/log.ts';
import { readCommandLine } from '#platform/command.ts';
import type { ConfigShape } from '#platform/config.ts';
import { loadService } from './dev/load-service.ts';
import { services } from './dev/services.ts';

const root = join(import.meta.dirname, '..');
export const configurationFile = join(root, 'docs/configuration.md');

/** What zod knows of a variable, as JSON Schema of what stands in the environment. */
const described = z.object({
  description: z.string(),
  default: z.union([z.string(), z.number()]).optional(),
  type: z.string(),
  enum: z.array(z.string()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  minLength: z.number().optional(),
  pattern: z.string().optional(),
});
type Described = z.infer<typeof described>;
type Variable = Described & { readonly name: string; readonly service: string; readonly isRequired: boolean };

const intro = `# Configuration

\`npm start\` needs none of these. A process that is started by itself reads them from its environment, and names every missing or wrong one at once. A variable without a default must be set,
unless it is optional. Instead of any variable \`NAME\`, \`NAME_FILE\` may hold the path of a file with its value, as secrets are mounted; a line break at the end is cut. Written by \`npm run configuration\` from the types that read them.

`;

/** The page, from the variables of every service. */
export async function configurationPage(): Promise<string> {
  const all = (await Promise.all(services.map(variablesOf))).flat();
  const rows = [...Map.groupBy(all, ({ name, description }) => `${name} ${description}`).values()];
  const isForAll = (row: Variable[]) => row.length > 1;
  const tables = [
    ['Of several services', rows.filter(isForAll)],
    ...services.map(({ name }) => [`Of ${name}`, rows.filter((row) => !isForAll(row) && row[0]?.service === name)] as const),
  ] as const;
  return `${intro}${tables
    .filter(([, ofTable]) => ofTable.length > 0)
    .map(([title, ofTable]) => tableOf(title, ofTable))
    .join('\n')}`;
}

async function variablesOf(service: (typeof services)[number]): Promise<Variable[]> {
  const { config } = await loadService(service);
  // the gateway serves without an event log, the others do not
  const { KAFKA_BROKERS: brokers } = kafkaConfig;
  const shape: ConfigShape = {
    ...config,
    ...kafkaConfig,
    KAFKA_BROKERS: service.name === 'gateway' ? brokers.optional().describe(brokers.description ?? '') : brokers,
  };
  return Object.entries(shape).map(([name, type]) => {
    const schema = described.parse(z.toJSONSchema(type, { io: 'input', unrepresentable: 'any' }), {
      error: () => `${name} of ${service.name} has no description`,
    });
    return { ...schema, name, service: service.name, isRequired: !type.safeParse(undefined).success };
  });
}

function tableOf(title: string, rows: readonly Variable[][]): string {
  const lines = rows.map((row) => {
    const [first] = row;
    if (first === undefined) throw new Error('A row without a variable.');
    const readers = title === 'Of several services' ? ` ${readersOf(row)} |` : '';
    return `| \`${first.name}\` |${readers} ${valueText(first)} | ${defaultOf(row)} | ${first.description.replaceAll('|', '\\|')} |`;
  });
  const readers = title === 'Of several services' ? ' Read by |' : '';
  return `## ${title}\n\n| Variable |${readers} Value | Default | Meaning |\n|---|${readers === '' ? '' : '---|'}---|---|---|\n${lines.join('\n')}\n`;
}

function readersOf(row: readonly Variable[]): string {
  if (row.length === services.length) return 'all';
  const others = services.filter(({ name }) => !row.some(({ service }) => service === name));
  return others.length < 3 ? `all but ${others.map(({ name }) => name).join(', ')}` : row.map(({ service }) => service).join(', ');
}

function valueText({ name, type, enum: values, minimum, maximum, minLength }: Variable): string {
  if (values !== undefined) return values.map((value) => `\`${value}\``).join(', ');
  if (type === 'integer') {
    const most = maximum !== undefined && maximum < 1_073_741_824 ? ` to ${maximum}` : ' or more';
    return `integer, ${minimum ?? 0}${most}${unitOf(name)}`;
  }
  const length = minLength === undefined ? '' : `, ${minLength} characters or more`;
  return `${isSecret(name) ? 'secret text' : 'text'}${length}`;
}

const unitOf = (name: string): string => (name.endsWith('_MS') ? ', in ms' : name.endsWith('_BYTES') ? ', in bytes' : '');

/** What must not stand where others can read it. */
const isSecret = (name: string): boolean => /SECRET|PASSWORD$|PRIVATE_KEY|_KEYS?$|ACCOUNTS$|DATABASE_URL|SMTP_URL/.test(name);

function defaultOf(row: readonly Variable[]): string {
  const texts = row.map(({ default: value, isRequired }) => {
    if (value === undefined) return isRequired ? '–' : 'optional';
    const text = String(value).replace(`${root}/`, '');
    return text === '' ? 'none' : `\`${text}\``;
  });
  const byText = [...Map.groupBy(row.keys(), (at) => texts[at] ?? '')];
  if (byText.length === 1) return texts[0] ?? '';
  // what most have needs no names
  return byText.map(([text, at]) => (at.length > 2 ? text : `${text} ${at.map((one) => row[one]?.service).join(', ')}`)).join('; ');
}

if (import.meta.main) {
  readCommandLine('npm run configuration   writes docs/configuration.md from the types of all variables', {});
  writeFileSync(configurationFile, await configurationPage());
  process.stdout.write('docs/configuration.md is written.\n');
}

import type { parseArgs } from 'node:util';

/** How arrivals are made: so many customers who begin again as soon as they are done, or so many arrivals a second, whoever is done. */
export type Arrivals = { readonly kind: 'closed'; readonly users: number } | { readonly kind: 'open'; readonly perSecond: number };

/** The whole visit, or what a customer does who knows what they want. */
export type FlowName = 'shop' | 'checkout';

export type LoadOptions = {
  readonly arrivals: Arrivals;
  readonly flow: FlowName;
  /** What is measured. */
  readonly seconds: number;
  /** Before it, and not measured. */
  readonly warmUpSeconds: number;
  /** Each visit is that of a new customer, who registers and logs in. */
  readonly newCustomers: boolean;
  /** So many products take all sales; null: the whole catalogue. */
  readonly hot: number | null;
  readonly replenish: boolean;
  readonly json: boolean;
  /** Where CPU profiles of the shop's processes go; null: none are taken. */
  readonly profile: string | null;
  readonly dataDir: string;
};

export const usage = `Customers in numbers, against the shop that runs on this machine: they look at lists and products, search, fill a cart, check out, and wait for
PAID on their WebSocket. In the end each invariant of the shop is asked of its databases and of the payment provider's ledger.

npm run load                              50 customers for 60 s
npm run load -- --users 200               so many, each of whom begins again when done (closed loop)
npm run load -- --rate 100                so many arrivals a second, whether or not the ones before are done (open loop)
npm run load -- --duration 30             seconds that are measured, after --warm-up seconds (30) that are not: code that is new to V8 takes twice the CPU
npm run load -- --flow checkout           put one piece into the cart, check out, wait for PAID; nothing else
npm run load -- --new                     each visit begins with a registration and a log-in
npm run load -- --hot 4                   four products take all sales
npm run load -- --replenish               first, the stock of each product is filled up to a million
npm run load -- --json                    the report for programs, on standard output
npm run load -- --profile DIR             takes a CPU profile of each process of the shop meanwhile, five seconds of each, for Chrome's developer
                                          tools or https://www.speedscope.app; what is measured is slower by that
npm run load -- --data DIR                the data folder of the shop, .data by default

Ends with 1 when an invariant is broken, with 2 when there is nothing to measure. Ctrl-C ends the load, and reports what was done.`;

const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;

/** As `parseArgs` of node:util and our `readCommandLine` take them. */
export const commandLine = {
  users: text,
  rate: text,
  duration: { ...text, default: '60' },
  'warm-up': { ...text, default: '30' },
  flow: { ...text, default: 'shop' },
  new: flag,
  hot: text,
  replenish: flag,
  json: flag,
  profile: text,
  data: { ...text, default: '.data' },
} as const;

export type CommandLine = ReturnType<typeof parseArgs<{ options: typeof commandLine }>>['values'];

const mostUsers = 5000;
const mostPerSecond = 5000;

/** @throws an Error with one sentence for each value that is wrong. */
export function readOptions(values: CommandLine): LoadOptions {
  const problems: string[] = [];
  const whole = (option: keyof CommandLine, least: number, most: number): number => {
    const value = Number(values[option]);
    if (!Number.isInteger(value) || value < least || value > most)
      problems.push(`--${option} takes a whole number from ${least} to ${most}, not '${String(values[option])}'.`);
    return value;
  };
  if (values.users !== undefined && values.rate !== undefined) problems.push('--users and --rate exclude each other.');
  if (values.flow !== 'shop' && values.flow !== 'checkout') problems.push(`--flow takes shop or checkout, not '${values.flow}'.`);
  const arrivals: Arrivals =
    values.rate === undefined
      ? { kind: 'closed', users: values.users === undefined ? 50 : whole('users', 1, mostUsers) }
      : { kind: 'open', perSecond: whole('rate', 1, mostPerSecond) };
  const options: LoadOptions = {
    arrivals,
    flow: values.flow as FlowName,
    seconds: whole('duration', 1, 3600),
    warmUpSeconds: whole('warm-up', 0, 600),
    newCustomers: values.new,
    hot: values.hot === undefined ? null : whole('hot', 1, 1000),
    replenish: values.replenish,
    json: values.json,
    profile: values.profile ?? null,
    dataDir: values.data,
  };
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return options;
}

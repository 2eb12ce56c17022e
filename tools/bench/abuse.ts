import { execFile } from 'node:child_process';
import { cpus, platform } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import color from 'picocolors';
import { readCommandLine } from '#platform/command.ts';
import { runCommand, unlessInterrupted } from '../run-command.ts';
import { findRunningShop } from '../running-shop.ts';
import { logIn } from '../shop-client.ts';
import { type Attack, attacks } from './abuse/attacks.ts';
import { describeResult, fulfils, type Result, tableHead } from './abuse/report.ts';
import { assertLoopback, type Target } from './abuse/target.ts';
import { createVisitor, type Visitor } from './abuse/visitor.ts';

const usage = `Load of one guest against all others: attacks on the shop that runs on this machine, one after another, and what a visitor sees
meanwhile and ten seconds later. A shop that was just started is slow by itself, so the visitor looks around for ten seconds first, which is not
measured. Each attack ends after 15 seconds at most. Takes loopback addresses only.

npm run bench:abuse                      all attacks, about nine minutes
npm run bench:abuse -- plans log-ins     only these: ${attacks.map(({ name }) => name).join(', ')}
npm run bench:abuse -- --data DIR        the data folder of the shop, .data by default
npm run bench:abuse -- --url URL         another address of the graph than the one that the data folder names
npm run bench:abuse -- --json            for programs

Ends with 1 when a visitor's p99 reached 250 ms, a request of theirs failed, or the gateway took 100 MiB more than before.`;

const longestMs = 15_000;
const quietMs = 10_000;
const beforeMs = 5000;
/** What was just started compiles its code while it answers; that is no doing of an attack. */
const warmUpMs = 10_000;

function attack(name: string, target: Target): Promise<Record<string, number>> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./abuse/attacker.ts', import.meta.url), { workerData: { name, target, longestMs } });
    worker.once('message', resolve).once('error', reject);
    worker.once('exit', () => reject(new Error(`The attack '${name}' ended without a result.`)));
  });
}

/** What a process holds in memory, in MiB. Rejects when there is no such process. */
async function residentMemory(pid: number): Promise<number> {
  try {
    return Number((await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)])).stdout) / 1024;
  } catch (error) {
    throw new Error(`The gateway's process ${pid} is gone.`, { cause: error });
  }
}

/** The gateway's memory in MiB while `during` is pending: its highest. */
async function highestMemory(pid: number, during: Promise<unknown>): Promise<number> {
  let highest = await residentMemory(pid);
  const over = new AbortController();
  void Promise.allSettled([during]).then(() => over.abort());
  while (!over.signal.aborted) {
    await sleep(250);
    highest = Math.max(highest, await residentMemory(pid));
  }
  return highest;
}

async function measure(name: string, target: Target, visitor: Visitor, pid: number): Promise<Result> {
  const before = await visitor.visit(Promise.resolve(), beforeMs);
  const memoryBefore = await residentMemory(pid);
  const attacking = attack(name, target);
  const [outcomes, during, memoryHighest] = await Promise.all([attacking, visitor.visit(attacking, 0), highestMemory(pid, attacking)]);
  await sleep(quietMs);
  const memoryAfter = await residentMemory(pid);
  const after = await visitor.visit(Promise.resolve(), beforeMs);
  return {
    name,
    outcomes,
    visitor: { before, during, after },
    memory: { before: memoryBefore, highest: memoryHighest, after: memoryAfter },
  };
}

function choose(names: readonly string[]): readonly Attack[] {
  const unknown = names.filter((name) => !attacks.some((one) => one.name === name));
  if (unknown.length > 0) throw new Error(`There is no attack '${unknown.join("', '")}'. See --help.`);
  return attacks.filter(({ name }) => names.length === 0 || names.includes(name));
}

async function main(): Promise<number> {
  const { values, positionals } = readCommandLine(
    usage,
    { data: { type: 'string', default: '.data' }, url: { type: 'string' }, json: { type: 'boolean', default: false } },
    attacks.length,
  );
  const chosen = choose(positionals);
  const given = values.url === undefined ? null : assertLoopback(values.url);
  const { gatewayUrl, services, credentials } = await findRunningShop(values.data);
  const { customer } = credentials;
  const target = targetOf(given ?? assertLoopback(gatewayUrl));
  const visitor = await createVisitor(target.url, (await logIn(target.url, customer.login, customer.password)).accessToken);
  const results: Result[] = [];
  const show = createDisplay(values.json);
  await visitor.visit(Promise.resolve(), warmUpMs);
  for (const [index, { name, about }] of chosen.entries()) {
    show.begins(`${name}: ${about}`);
    results.push(await measure(name, fromAnother(target, index), visitor, services['gateway']?.pid ?? 0));
    show.ended(results.slice(-1));
  }
  await visitor.close();
  if (values.json) process.stdout.write(`${JSON.stringify(results)}\n`);
  return results.every(fulfils) ? 0 : 1;
}

/** 127.0.0.0/8 is this machine on Linux; elsewhere both come from one address, and share its budget as a guest. */
function targetOf(url: string): Target {
  return { url, ...(platform() === 'linux' && new URL(url).hostname !== '[::1]' && { from: '127.0.0.2' }) };
}

/** Each attack has an address of its own: what one did does not slow down the next. */
function fromAnother(target: Target, index: number): Target {
  return target.from === undefined ? target : { ...target, from: `127.0.0.${index + 2}` };
}

/** On the terminal, what is under way stands in the last line until its result takes its place. */
function createDisplay(isSilent: boolean) {
  const say = (line: string) => void (isSilent || process.stdout.write(line));
  const isTerminal = process.stdout.isTTY === true;
  say(
    `${color.bold('One guest against all others')}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}; after ${warmUpMs / 1000} s of warm-up\n`,
  );
  say(`${tableHead}\n`);
  return {
    begins: (about: string) => say(isTerminal ? color.dim(`… ${about}`) : ''),
    ended: (results: readonly Result[]) => say(`${isTerminal ? '\r\x1b[2K' : ''}${results.map(describeResult).join('\n')}\n`),
  };
}

await runCommand((interrupted) => unlessInterrupted(interrupted, main()));

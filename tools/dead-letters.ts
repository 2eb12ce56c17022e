import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import color from 'picocolors';
import type { DeadLetter } from '#kafka/dead-letter-message.ts';
import { discardDeadLetter, listDeadLetters, replayDeadLetter } from '#kafka/dead-letters.ts';
import type { EventLog } from '#kafka/event-log.ts';
import { openSpooledLog } from '#kafka/in-memory/folder.ts';
import { kafkaConfig, openKafkaLog } from '#kafka/kafka/log.ts';
import { type KafkaSecurity, securityOf } from '#kafka/kafka/security.ts';
import { bytesOf, isStorable } from '#kafka/message-bytes.ts';
import { UnpublishableError } from '#kafka/message-limits.ts';
import { readCommandLine } from '#platform/command.ts';
import { ConfigError, loadConfig } from '#platform/config.ts';
import { createLogger } from '#platform/logger.ts';
import { noShopRuns, readRun } from './running-shop.ts';

const usage = `Messages that a service gave up on, with the reason.

npm run dead-letters -- list           all of them, the oldest first
npm run dead-letters -- show ID        one of them, with its data
npm run dead-letters -- replay [ID]    once more to the service that gave up on it; without ID: all of them
npm run dead-letters -- discard ID     forgets it

--json        list and show as JSON
--data DIR    the data folder of the shop (.data)
--help        this text

Kafka is found by KAFKA_BROKERS (and KAFKA_TLS, KAFKA_SASL_… as the services have them), or else by the shop that runs on this machine.
An ID may be shortened to its last characters.
`;

/** The result is that there is no such thing, or that it cannot be done. */
class NegativeResult extends Error {}

/** It was not called as it can be: what follows is how. */
class UsageError extends Error {}

type Opened = { log: EventLog /** What follows a replay. */; afterReplay: string };

/** A name of ours is shorter. */
const longestType = 60;

function openLog(dataDir: string): Opened {
  const { KAFKA_BROKERS: given, ...security } = readKafka();
  if (given !== undefined) return onKafka(given, securityOf(security));
  const run = readRun(dataDir);
  const folder = join(dataDir, 'log');
  if (run !== null) {
    if (run.kafkaBrokers !== null) return onKafka([...run.kafkaBrokers]);
    return { log: openSpooledLog(folder), afterReplay: 'The shop takes it up within a second.' };
  }
  // the folder is there also where the messages were in a Kafka, which ended with the shop
  if (existsSync(folder) && readdirSync(folder).length > 0)
    return { log: openSpooledLog(folder), afterReplay: 'No shop runs: it takes it up when it is next started.' };
  throw new Error(`${noShopRuns(dataDir)} KAFKA_BROKERS names a Kafka instead.`);
}

function readKafka() {
  try {
    return loadConfig({ ...kafkaConfig, KAFKA_BROKERS: kafkaConfig.KAFKA_BROKERS.optional() }, process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new UsageError(`${error.problems.join('; ')}.`);
  }
}

function onKafka(brokers: string[], security: KafkaSecurity = {}): Opened {
  const logger = createLogger('dead-letters', 'silent');
  return { log: openKafkaLog({ brokers, security, clientId: 'dead-letters', logger }), afterReplay: 'It is on its topic again.' };
}

async function readAll(log: EventLog): Promise<DeadLetter[]> {
  const problem = await log.unhealthyReason();
  if (problem !== null) throw new Error(`${problem}.`);
  return listDeadLetters(log);
}

function choose(letters: readonly DeadLetter[], id: string): DeadLetter {
  const found = letters.filter((letter) => letter.id.endsWith(id.toLowerCase()));
  if (found.length > 1) throw new UsageError(`${found.length} dead letters end with ${id}: give more of the ID.`);
  const [letter] = found;
  if (letter === undefined) throw new NegativeResult(`There is no dead letter ${id}: it was replayed, or never was.`);
  return letter;
}

function table(letters: readonly DeadLetter[]): string {
  if (letters.length === 0) return 'There are no dead letters.';
  const heads = ['ID', 'SINCE', 'SERVICE', 'EVENT', 'REASON'];
  const rows = letters.map((letter) => [
    letter.id,
    letter.time.slice(0, 19).replace('T', ' '),
    letter.consumer,
    typeOf(letter),
    oneLine(letter.error),
  ]);
  const widths = heads.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const body = rows.map((row) => fitted(line(row))).join('\n');
  return `${color.dim(line(heads))}\n${body}\n\n${counted(letters.length)}. Replay with: npm run dead-letters -- replay [ID]`;
}

/** Without the data, which may hold people. */
function summaryOf({ message, ...letter }: DeadLetter) {
  return { ...letter, topic: message.topic, key: message.key, type: message.headers['ce_type'], eventId: message.headers['ce_id'] };
}

function description(letter: DeadLetter): string {
  const { message } = letter;
  const { key, headers, value } = bytesOf(message);
  const events: [string, string][] = [
    ['id', letter.id],
    ['since', letter.time],
    ['service', letter.consumer],
    ['reason', color.red(printable(letter.error))],
    ['tries', String(letter.attempts)],
    ['place', `${message.topic}, partition ${letter.partition}, offset ${letter.offset}`],
    ['key', key === null ? 'none' : shown(key)],
  ];
  const ownHeaders = headers.map((header) => `  ${shown(header.name)}: ${header.value === null ? 'null' : shown(header.value)}`);
  return [
    ...events.map(([name, value]) => `${color.dim(name.padEnd(8))} ${value}`),
    color.dim('\nheaders'),
    ...ownHeaders,
    color.dim('\ndata'),
    value !== null && !isStorable(value) ? shown(value) : printable(pretty(message.value)),
  ].join('\n');
}

async function replay({ log, afterReplay }: Opened, letters: readonly DeadLetter[]): Promise<void> {
  const rejected: string[] = [];
  for (const letter of letters) {
    try {
      await replayDeadLetter(log, letter);
      print(`${color.green('✓')} ${letter.id} ${typeOf(letter)} for ${letter.consumer}`);
    } catch (error) {
      if (!(error instanceof UnpublishableError)) throw error;
      rejected.push(letter.id);
    }
  }
  const replayed = letters.length - rejected.length;
  if (letters.length === 0) print('There are no dead letters.');
  else if (replayed > 0) print(`${counted(replayed)} replayed. ${afterReplay} What fails again is listed again, under a new ID.`);
  const tooLarge =
    'with the marks of a replay larger than its topic takes; it stays a dead letter: look at it with show, forget it with discard.';
  if (rejected.length > 0) throw new NegativeResult(rejected.map((id) => `${id} is ${tooLarge}`).join('\n'));
}

async function discard({ log }: Opened, letter: DeadLetter): Promise<void> {
  await discardDeadLetter(log, letter);
  print(`${color.green('✓')} ${letter.id} is forgotten.`);
}

const commands = ['list', 'show', 'replay', 'discard'] as const;
type Command = (typeof commands)[number];

function readArguments() {
  const { values, positionals } = readCommandLine(
    usage,
    {
      json: { type: 'boolean', default: false },
      all: { type: 'boolean', default: false },
      data: { type: 'string', default: '.data' },
    },
    Number.POSITIVE_INFINITY,
  );
  const [name, id, ...more] = positionals;
  const command = commands.find((known) => known === name);
  if (name === undefined) throw new UsageError(`What is to be done? ${commands.join(', ')}.`);
  if (command === undefined) throw new UsageError(`There is no command "${name}". Known: ${commands.join(', ')}.`);
  if (more.length > 0 || (command === 'list' && id !== undefined)) throw new UsageError(`"${command}" does not take so many arguments.`);
  if (id === undefined && (command === 'show' || command === 'discard')) throw new UsageError('Which one? Give its ID; "list" shows them.');
  if (id !== undefined && values.all) throw new UsageError('Either an ID or --all, not both.');
  return { command, id: id ?? '', json: values.json, dataDir: values.data };
}

async function run(command: Command, id: string, json: boolean, opened: Opened): Promise<void> {
  const letters = await readAll(opened.log);
  if (command === 'list') print(json ? JSON.stringify(letters.map(summaryOf), null, 2) : table(letters));
  else if (command === 'replay') await replay(opened, id === '' ? letters : [choose(letters, id)]);
  else if (command === 'discard') await discard(opened, choose(letters, id));
  else print(json ? JSON.stringify(withBytes(choose(letters, id)), null, 2) : description(choose(letters, id)));
}

async function main(): Promise<void> {
  const asked = readArguments();
  const opened = openLog(asked.dataDir);
  try {
    await run(asked.command, asked.id, asked.json, opened);
  } finally {
    await opened.log.close();
  }
}

function counted(count: number): string {
  return count === 1 ? 'One dead letter' : `${count} dead letters`;
}

function oneLine(text: string): string {
  return printable(text.replaceAll(/\s+/g, ' ').trim());
}

/** Untrusted text: control characters of the terminal are escaped. */
function printable(text: string): string {
  return text.replaceAll(/[^\P{C}\n]/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function typeOf({ message }: DeadLetter): string {
  return oneLine(message.headers['ce_type'] ?? '').slice(0, longestType);
}

/** Text, or base64. */
function shown(bytes: Buffer): string {
  return isStorable(bytes) ? printable(bytes.toString()) : `base64 ${bytes.toString('base64')}`;
}

/** For programs: of a message that is not all text, its bytes as base64, beside what can be read of them. */
function withBytes({ message, ...letter }: DeadLetter) {
  const { bytes, ...text } = message;
  if (bytes === undefined) return { ...letter, message: text };
  const base64 = (part: Buffer | null) => part?.toString('base64') ?? null;
  const headers = bytes.headers.map(({ name, value }) => ({ name: base64(name), value: base64(value) }));
  return { ...letter, message: { ...text, base64: { key: base64(bytes.key), headers, value: base64(bytes.value) } } };
}

/** Cut to the width of the terminal; whole when it goes into a file or a pipe. */
function fitted(line: string): string {
  const width = process.stdout.columns ?? Number.POSITIVE_INFINITY;
  return line.length > width ? `${line.slice(0, width - 1)}…` : line;
}

function pretty(value: string | null): string {
  try {
    return JSON.stringify(JSON.parse(value ?? 'null'), null, 2);
  } catch {
    return value ?? '';
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${color.red('✗')} ${error instanceof Error ? error.message : String(error)}\n`);
  if (error instanceof UsageError) process.stderr.write(`\n${usage}`);
  process.exitCode = error instanceof NegativeResult ? 1 : 2;
}

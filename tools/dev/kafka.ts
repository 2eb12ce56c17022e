import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { openKafkaLog } from '#kafka/kafka/log.ts';
import { createLogger } from '#platform/logger.ts';
import { endWithUs } from './end-with-us.ts';
import { findKafkaTools, kafkaClassPath } from './kafka-programs.ts';
import { type KafkaCluster, newClusterId, type SecuredListener, settingsOf } from './kafka-settings.ts';
import { lastLines } from './last-lines.ts';
import { acceptsConnections, freePort, isPortFree } from './ports.ts';
import { Problem, reasonOf } from './problem.ts';
import { commandOf, isAlive } from './processes.ts';

export type KafkaOptions = {
  /** Holds the log of the broker; made when it is missing. */
  dataDir: string;
  /** Without it, or 0: any free one. Clients remember addresses, so a broker that is to be found again needs the same. */
  port?: number;
  /** Which node of which cluster; its port is the one that it has there. Without it the broker is alone. */
  node?: { readonly id: number; readonly cluster: KafkaCluster };
  /** A second listener, for clients with TLS and a password. */
  secured?: SecuredListener;
  /** Called with what is worth saying while it starts. */
  onProgress?: (message: string) => void;
};

export type RunningKafka = {
  /** host:port */
  readonly brokers: string[];
  readonly port: number;
  readonly pid: number;
  /** Resolves to why it ended, when it did so without being asked. */
  readonly ended: Promise<string>;
  /** At once, as a crash would; or with another signal. */
  kill(signal?: NodeJS.Signals): void;
  /** In order, or by force after `withinMs`. */
  stop(withinMs?: number): Promise<void>;
};

const startWithinMs = 60_000;
const stopWithinMs = 2500;
const jvm = ['-Xms64m', '-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto', '-Djava.awt.headless=true'];

/**
 * Starts Apache Kafka, broker and controller in one, on the loopback address only, with its log in `dataDir`. A broker that an earlier run
 * left behind is stopped first. It ends with this process, also after `kill -9`. A node of several answers only when most of them are there, so
 * those of a new cluster are started together.
 * @throws Problem with one sentence when the machine is in the way.
 */
export async function startKafka(options: KafkaOptions): Promise<RunningKafka> {
  const say = options.onProgress ?? (() => undefined);
  const tools = findKafkaTools();
  if ('missing' in tools) throw new Problem(`Apache Kafka cannot be run here: ${tools.missing} was not found.`);
  const classPath = await kafkaClassPath(tools, say);
  const home = { java: tools.java, classPath, folder: options.dataDir };
  makeFolder(home.folder);
  await stopLeftOver(home.folder, say);
  const { id, cluster } = options.node ?? { id: 1, cluster: await clusterOfOne(options.port ?? 0) };
  const port = cluster.nodes.find((node) => node.id === id)?.port ?? 0;
  await assertFree(port);
  writeSettings(home.folder, settingsOf(home.folder, id, cluster, options.secured));
  if (!existsSync(join(home.folder, 'log', 'meta.properties'))) await format(home, cluster.id, options.secured?.users ?? []);
  const broker = launch(home);
  const ended = whyEnded(broker, home.folder);
  const tie = endWithUs(Number(broker.pid), 'TERM');
  try {
    await untilReady(broker, port, home.folder, ended);
  } catch (error) {
    broker.kill('SIGKILL');
    tie.loosen();
    throw error;
  }
  return {
    brokers: [`127.0.0.1:${port}`],
    port,
    pid: Number(broker.pid),
    ended,
    kill(signal = 'SIGKILL') {
      if (signal === 'SIGKILL') tie.loosen();
      broker.kill(signal);
    },
    async stop(withinMs = stopWithinMs) {
      tie.loosen();
      await end(broker, withinMs);
      rmSync(join(home.folder, 'pid'), { force: true });
    },
  };
}

type Home = { readonly java: string; readonly classPath: string; readonly folder: string };

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new Problem(`Apache Kafka cannot keep its data in ${folder}: ${reasonOf(error)}.`, { cause: error });
  }
}

async function clusterOfOne(wanted: number): Promise<KafkaCluster> {
  const port = wanted === 0 ? await freePort() : wanted;
  return { id: newClusterId(), nodes: [{ id: 1, port, controllerPort: await freePort() }] };
}

async function assertFree(port: number): Promise<void> {
  if (!(await isPortFree(port))) throw new Problem(`Apache Kafka cannot use port ${port}: another program listens there.`);
}

function writeSettings(folder: string, settings: Readonly<Record<string, string>>): void {
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(join(folder, 'server.properties'), lines.join(''));
}

const run = promisify(execFile);

async function format({ java, classPath, folder }: Home, clusterId: string, users: SecuredListener['users']): Promise<void> {
  const args = ['format', '--cluster-id', clusterId, '--config', join(folder, 'server.properties'), '--ignore-formatted'];
  const scram = users.flatMap(({ name, password }) => ['--add-scram', `SCRAM-SHA-512=[name=${name},password=${password}]`]);
  try {
    await run(java, [...jvm, '-cp', classPath, 'kafka.tools.StorageTool', ...args, ...scram], { timeout: startWithinMs });
  } catch (error) {
    // the first line is the whole command, with a class path of some forty files
    const why = reasonOf(error).trim().split('\n').slice(1).at(-1) ?? 'it gave no reason';
    throw new Problem(`Apache Kafka could not make its log in ${folder}: ${why}.`, { cause: error });
  }
}

function launch({ java, classPath, folder }: Home): ChildProcess {
  const log = openSync(join(folder, 'server.log'), 'w');
  try {
    // a process group of its own: Ctrl-C in the terminal is for us, and we stop it after those who use it
    const broker = spawn(java, [...jvm, '-cp', classPath, 'kafka.Kafka', join(folder, 'server.properties')], {
      cwd: folder,
      detached: true,
      stdio: ['ignore', log, log],
    });
    writeFileSync(join(folder, 'pid'), String(broker.pid));
    return broker;
  } finally {
    closeSync(log);
  }
}

function whyEnded(broker: ChildProcess, folder: string): Promise<string> {
  return new Promise((resolve) => {
    broker.on('error', (error) => resolve(error.message));
    // who was killed left no reason: its last line is about something else
    broker.on('exit', (code, signal) =>
      resolve(signal === null ? lastWord(join(folder, 'server.log')) || `it ended with code ${code}` : `was ended by ${signal}`),
    );
  });
}

/** The last line of its log, but for the lines that say that SLF4J logs nothing. */
function lastWord(log: string): string {
  const lines = lastLines(log, 20).split('\n');
  return lines.findLast((line) => !line.startsWith('SLF4J:'))?.replace(/\.$/, '') ?? '';
}

async function untilReady(broker: ChildProcess, port: number, folder: string, ended: Promise<string>): Promise<void> {
  const log = openKafkaLog({ brokers: [`127.0.0.1:${port}`], clientId: 'start', logger: createLogger('kafka', 'silent') });
  const late = Date.now() + startWithinMs;
  try {
    while (Date.now() < late) {
      const why = await Promise.race([ended, sleep(30, null)]);
      // taken since it was asked for; Kafka has no word about it
      if (why !== null) await assertFree(port);
      if (why !== null) throw new Problem(`Apache Kafka did not start: ${why}. Its log is ${join(folder, 'server.log')}.`);
      if ((await acceptsConnections(port)) && (await log.unhealthyReason()) === null) return;
    }
  } finally {
    await log.close();
  }
  broker.kill('SIGKILL');
  throw new Problem(`Apache Kafka was not ready within ${startWithinMs / 1000} s. Its log is ${join(folder, 'server.log')}.`);
}

async function end(broker: ChildProcess, withinMs: number): Promise<void> {
  if (broker.exitCode !== null || broker.signalCode !== null) return;
  const gone = new Promise<boolean>((resolve) => broker.once('exit', () => resolve(true)));
  broker.kill('SIGTERM');
  if (await Promise.race([gone, sleep(withinMs, false, { ref: false })])) return;
  // what it acknowledged is in its files; the next start checks them
  broker.kill('SIGKILL');
  await gone;
}

/** A broker that lost its supervisor is stopped; a number that was given to another program is not ours. */
async function stopLeftOver(folder: string, say: (message: string) => void): Promise<void> {
  const file = join(folder, 'pid');
  if (!existsSync(file)) return;
  const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
  const isOurs = isAlive(pid) && commandOf(pid).includes(join(folder, 'server.properties'));
  if (isOurs) {
    say(`stopping a Kafka that an earlier run left behind (process ${pid})`);
    process.kill(pid, 'SIGKILL');
    for (let waitedMs = 0; waitedMs < 5000 && isAlive(pid); waitedMs += 20) await sleep(20);
  }
  rmSync(file, { force: true });
}

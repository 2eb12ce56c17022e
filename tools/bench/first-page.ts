import { get } from 'node:http';
import { cpus } from 'node:os';
import { buffer } from 'node:stream/consumers';
import color from 'picocolors';
import { readCommandLine } from '#platform/command.ts';
import { type OpenBrowser, openBrowser } from '../../tests/e2e/browser.ts';
import { runCommand, unlessInterrupted, wholeNumber } from '../run-command.ts';
import { findRunningShop } from '../running-shop.ts';

const usage = `How soon a visitor sees the first page of the running shop, in headless Chromium on a CPU made four times slower.

npm run bench:page                  9 visits, each with an empty cache
npm run bench:page -- --visits 25   as many
npm run bench:page -- --data DIR    the data folder of the shop, .data by default`;

type Visit = { readonly lcpMs: number; readonly cls: number; readonly scripts: readonly string[] };

/** Runs in the page before anything else: keeps what the browser measures (largest contentful paint, layout shifts without a cause by the visitor). */
const observe = `
  window.measured = { lcpMs: 0, cls: 0 };
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) measured.lcpMs = entry.startTime; })
    .observe({ type: 'largest-contentful-paint', buffered: true });
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) if (!entry.hadRecentInput) measured.cls += entry.value; })
    .observe({ type: 'layout-shift', buffered: true });`;

async function visit(browser: OpenBrowser): Promise<Visit> {
  const visitor = await browser.newVisitor();
  const { page } = visitor;
  const cdp = await visitor.context.newCDPSession(page);
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  await page.addInitScript(observe);
  const scripts: string[] = [];
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script') scripts.push(response.url());
  });
  await page.goto('/', { waitUntil: 'networkidle' });
  await page.waitForTimeout(500);
  const measured = await page.evaluate<Pick<Visit, 'lcpMs' | 'cls'>>('measured');
  await visitor.close();
  return { ...measured, scripts };
}

/** What goes over the wire, in bytes. */
function weigh(url: string, encoding: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, { headers: { 'accept-encoding': encoding } }, (response) => {
      buffer(response).then(({ length }) => resolve(length), reject);
    }).on('error', reject);
  });
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const kilobytes = (bytes: number) => `${(bytes / 1024).toFixed(1)} KB`;
const row = (name: string, value: string, range = '') => `  ${name.padEnd(44)}${color.bold(value.padStart(10))}  ${color.dim(range)}\n`;

async function visitOften(browser: OpenBrowser, times: number): Promise<Visit[]> {
  // the first one also unpacks the browser
  await visit(browser);
  const visits: Visit[] = [];
  for (let at = 0; at < times; at += 1) visits.push(await visit(browser));
  return visits;
}

async function main(interrupted: AbortSignal): Promise<void> {
  const { values } = readCommandLine(usage, { visits: { type: 'string', default: '9' }, data: { type: 'string', default: '.data' } });
  const wanted = wholeNumber('--visits', values.visits);
  const { gatewayUrl } = await findRunningShop(values.data);
  const browser = await openBrowser(gatewayUrl, { endsOnSignals: false });
  const visits = await unlessInterrupted(interrupted, visitOften(browser, wanted)).finally(() => browser.close());

  const scripts = [...new Set(visits.flatMap((one) => one.scripts))];
  const sum = async (encoding: string) => (await Promise.all(scripts.map((url) => weigh(url, encoding)))).reduce((a, b) => a + b, 0);
  const lcp = visits.map(({ lcpMs }) => lcpMs);
  const [cpu] = cpus();
  process.stdout.write(
    `\n${color.bold(`The first page, ${visits.length} visits`)} ${color.dim(`${cpus().length} × ${cpu?.model.trim()}, CPU 4× slower`)}\n`,
  );
  process.stdout.write(
    row(
      'largest contentful paint, median',
      `${median(lcp).toFixed(0)} ms`,
      `${Math.min(...lcp).toFixed(0)} to ${Math.max(...lcp).toFixed(0)}`,
    ),
  );
  process.stdout.write(row('layout shift, largest', Math.max(...visits.map(({ cls }) => cls)).toFixed(4)));
  process.stdout.write(row(`JavaScript, gzip (${scripts.length} files)`, kilobytes(await sum('gzip'))));
  process.stdout.write(row('JavaScript, brotli', kilobytes(await sum('br'))));
}

await runCommand(main);

import { globSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noteBrowser, noteMissing } from '#tests/support/missing.ts';
import { findKafkaTools } from '#tools/dev/kafka-programs.ts';
import { type Shop, startShop } from '#tools/dev/shop.ts';

/** What Jest hands over, as far as it is read here. */
type GlobalConfig = { readonly maxWorkers: number; readonly testPathPatterns: { readonly patterns: readonly string[] } };

/** A shop and where it keeps its data. */
export type SharedShop = { readonly shop: Shop; readonly dataDir: string };

/**
 * One shop for each worker of Jest, on free ports and with a data folder of its own, so that it runs beside a running shop. The files that a worker
 * runs one after another have it to themselves: some of them kill its services.
 */
export default async function startSharedShops(config: GlobalConfig): Promise<void> {
  await noteBrowser();
  // without Kafka the shop runs on its own log, and so do all stories but those that need a Kafka
  const tools = findKafkaTools();
  if ('missing' in tools) noteMissing('kafka', `${tools.missing} was not found`);
  const shops: SharedShop[] = [];
  (globalThis as { sharedShops?: SharedShop[] }).sharedShops = shops;
  // one after another: the second finds the storefront bundled, and the ports of the first taken
  while (shops.length < workersFor(config)) shops.push(await startOne());
  process.env['E2E_SHOPS'] = JSON.stringify(shops.map(({ dataDir }) => dataDir));
}

async function startOne(): Promise<SharedShop> {
  const dataDir = mkdtempSync(join(tmpdir(), 'marigold-e2e-'));
  // all customers of all files come from one address, several at once, to a machine that may be busy
  const gateway = { AUTH_RATE_LIMIT_BURST: '0' };
  const user = { PASSWORD_WAIT_MS: '15000' };
  const env = { user, order: { PAYMENT_DEADLINE_MS: '6000' }, payment: { SILENT_CARD_MS: '8000' }, gateway };
  return { shop: await startShop({ dataDir, ports: 'free', quiet: true, env }), dataDir };
}

/** A single file needs no second shop. */
function workersFor({ maxWorkers, testPathPatterns: { patterns } }: GlobalConfig): number {
  const files = globSync('*.e2e.ts', { cwd: import.meta.dirname }).map((file) => join(import.meta.dirname, file));
  const chosen = files.filter((file) => patterns.length === 0 || patterns.some((pattern) => new RegExp(pattern, 'i').test(file)));
  return Math.max(1, Math.min(maxWorkers, chosen.length));
}

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findKafkaTools } from '#local/kafka-programs.ts';
import { type Shop, startShop } from '#local/shop.ts';
import { noteBrowser, noteMissing } from '#testing/missing.ts';

/** One shop for every file here, on free ports and with a data folder of its own, so that it runs beside a running shop. */
export default async function startSharedShop(): Promise<void> {
  await noteBrowser();
  // without Kafka the shop runs on its own log, and so do all stories but those that need a Kafka
  const tools = findKafkaTools();
  if ('missing' in tools) noteMissing('kafka', `${tools.missing} was not found`);
  const dataDir = mkdtempSync(join(tmpdir(), 'marigold-e2e-'));
  const env = { order: { PAYMENT_DEADLINE_MS: '6000' }, payment: { SILENT_CARD_MS: '8000' } };
  const shop = await startShop({ dataDir, ports: 'free', quiet: true, env });
  process.env['E2E_DATA'] = dataDir;
  (globalThis as { sharedShop?: { shop: Shop; dataDir: string } }).sharedShop = { shop, dataDir };
}

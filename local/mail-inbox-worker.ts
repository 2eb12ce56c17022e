import { parentPort, workerData } from 'node:worker_threads';
import { MailDev } from 'maildev';
import { z } from 'zod';

const { uiPort, smtpPort, folder } = z.object({ uiPort: z.number(), smtpPort: z.number(), folder: z.string() }).parse(workerData);

const inbox = new MailDev({
  smtp: smtpPort,
  ip: '127.0.0.1',
  web: uiPort,
  webIp: '127.0.0.1',
  mailDirectory: folder,
  maxEmails: 500,
  silent: true,
});

try {
  await inbox.start();
  parentPort?.postMessage({ ready: true });
} catch (error) {
  parentPort?.postMessage({ problem: error instanceof Error ? error.message : String(error) });
}

import { Server } from 'node:http';
import { registerHooks } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { guardInbox } from './mail-inbox-guard.ts';

const options = z.object({ uiPort: z.number(), smtpPort: z.number(), folder: z.string() });
/** Fastify's, whose types are not among ours. */
const app = z.object({ server: z.instanceof(Server) });
const standIn = new URL('./lazy-sanitizer.ts', import.meta.url).href;

const hooks = registerHooks({
  resolve(specifier, context, next) {
    const asker = context.parentURL ?? '';
    const isForLater = (specifier === 'jsdom' || specifier === 'dompurify') && asker.includes('/@maildev/smtp/');
    return isForLater ? { url: `${standIn}?asker=${encodeURIComponent(asker)}`, shortCircuit: true } : next(specifier, context);
  },
});

try {
  const { MailDev } = await import('maildev');
  // the stand-in asks for the real ones by the same names
  hooks.deregister();
  const { uiPort, smtpPort, folder } = options.parse(workerData);
  const inbox = new MailDev({
    smtp: smtpPort,
    ip: '127.0.0.1',
    web: uiPort,
    webIp: '127.0.0.1',
    mailDirectory: folder,
    maxEmails: 500,
    silent: true,
  });
  await inbox.start();
  const { server } = app.parse(inbox.getServers()?.api?.server);
  guardInbox(server);
  parentPort?.postMessage({ ready: true });
} catch (error) {
  parentPort?.postMessage({ problem: error instanceof Error ? error.message : String(error) });
}

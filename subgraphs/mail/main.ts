import { runService } from '#kafka/service.ts';
import { mailConfig, startMail } from './start.ts';

await runService({ name: 'mail', config: mailConfig, start: startMail });

import { runService } from '#kafka/service.ts';
import { mailConfig, migrations, startMail } from './app.ts';
import { entities } from './entities.ts';

await runService({ name: 'mail', config: mailConfig, start: startMail, entities, migrations });

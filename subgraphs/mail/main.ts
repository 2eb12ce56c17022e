import { runService } from '#kafka/service.ts';
import { entities } from './entities.ts';
import { mailConfig, migrations, startMail } from './start.ts';

await runService({ name: 'mail', config: mailConfig, start: startMail, entities, migrations });

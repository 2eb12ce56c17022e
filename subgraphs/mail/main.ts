import { runService } from '#kafka/service.ts';
import { entities } from './entities.ts';
import { mailerConfig, migrations, startMailer } from './start.ts';

await runService({ name: 'mailer', config: mailerConfig, start: startMailer, entities, migrations });

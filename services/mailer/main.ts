import { runService } from '#kafka/service.ts';
import { mailerEntities } from './entities.ts';
import { mailerConfig, migrations, startMailer } from './start.ts';

await runService({ name: 'mailer', config: mailerConfig, start: startMailer, entities: mailerEntities, migrations });

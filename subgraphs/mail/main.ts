import { kafkaEventLog } from '#kafka/kafka/log.ts';
import { runService } from '#platform/service/run-service.ts';
import { mailConfig, migrations, startMail } from './app.ts';
import { entities } from './entities.ts';

await runService({ name: 'mail', config: mailConfig, start: startMail, eventLog: kafkaEventLog, entities, migrations });

import { kafkaEventLog } from '#kafka/kafka/log.ts';
import { runService } from '#platform/service/run-service.ts';
import { migrations, startUser, userConfig } from './app.ts';
import { entities } from './entities.ts';

await runService({ name: 'user', config: userConfig, start: startUser, eventLog: kafkaEventLog, entities, migrations });

import { kafkaEventLog } from '#kafka/kafka/log.ts';
import { runService } from '#platform/service/run-service.ts';
import { migrations, productConfig, startProduct } from './app.ts';
import { entities } from './entities.ts';

await runService({ name: 'product', config: productConfig, start: startProduct, eventLog: kafkaEventLog, entities, migrations });

import { kafkaEventLog } from '#kafka/kafka/log.ts';
import { runService } from '#platform/service/run-service.ts';
import { cartConfig, migrations, startCart } from './app.ts';
import { entities } from './entities.ts';

await runService({ name: 'cart', config: cartConfig, start: startCart, eventLog: kafkaEventLog, entities, migrations });

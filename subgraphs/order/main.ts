import { kafkaEventLog } from '#kafka/kafka/log.ts';
import { runService } from '#platform/service/run-service.ts';
import { migrations, orderConfig, startOrder } from './app.ts';
import { entities } from './entities.ts';

await runService({
  name: 'order',
  config: orderConfig,
  start: startOrder,
  eventLog: kafkaEventLog,
  entities,
  migrations,
});

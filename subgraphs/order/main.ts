import { runService } from '#kafka/service.ts';
import { orderEntities } from './entities.ts';
import { migrations, orderConfig, startOrder } from './start.ts';

await runService({
  name: 'order',
  config: orderConfig,
  start: startOrder,
  entities: orderEntities,
  migrations,
});

import { runService } from '#kafka/service.ts';
import { entities } from './entities.ts';
import { migrations, orderConfig, startOrder } from './start.ts';

await runService({
  name: 'order',
  config: orderConfig,
  start: startOrder,
  entities,
  migrations,
});

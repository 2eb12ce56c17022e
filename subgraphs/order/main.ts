import { runService } from '#kafka/service.ts';
import { migrations, orderConfig, startOrder } from './app.ts';
import { entities } from './entities.ts';

await runService({
  name: 'order',
  config: orderConfig,
  start: startOrder,
  entities,
  migrations,
});

import { runService } from '#kafka/service.ts';
import { entities } from './entities.ts';
import { migrations, paymentConfig, startPayment } from './start.ts';

await runService({
  name: 'payment',
  config: paymentConfig,
  start: startPayment,
  entities,
  migrations,
});

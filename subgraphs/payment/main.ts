import { runService } from '#kafka/service.ts';
import { paymentEntities } from './entities.ts';
import { migrations, paymentConfig, startPayment } from './start.ts';

await runService({
  name: 'payment',
  config: paymentConfig,
  start: startPayment,
  entities: paymentEntities,
  migrations,
});

import { kafkaEventLog } from '#kafka/kafka/log.ts';
import { runService } from '#platform/service/run-service.ts';
import { migrations, paymentConfig, providerMigrations, startPayment } from './app.ts';
import { entities } from './entities.ts';
import { providerEntities } from './provider/entities.ts';

await runService({
  name: 'payment',
  config: paymentConfig,
  start: startPayment,
  eventLog: kafkaEventLog,
  entities,
  migrations,
  moreDatabases: { PROVIDER_DATABASE_URL: { entities: providerEntities, migrations: providerMigrations } },
});

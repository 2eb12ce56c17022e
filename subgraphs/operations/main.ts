import { kafkaEventLog } from '#kafka/kafka/log.ts';
import { runService } from '#platform/service/run-service.ts';
import { operationsConfig, startOperations } from './app.ts';

await runService({ name: 'operations', config: operationsConfig, start: startOperations, eventLog: kafkaEventLog });

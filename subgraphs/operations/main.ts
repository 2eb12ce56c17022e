import { runService } from '#kafka/service.ts';
import { operationsConfig, startOperations } from './start.ts';

await runService({ name: 'operations', config: operationsConfig, start: startOperations });

import { runService } from '#kafka/service.ts';
import { operationsConfig, startOperations } from './app.ts';

await runService({ name: 'operations', config: operationsConfig, start: startOperations });

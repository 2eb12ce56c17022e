import { checkMigrations } from './checks/check-migrations.ts';
import { runCheck } from './checks/run-check.ts';

await runCheck(checkMigrations);

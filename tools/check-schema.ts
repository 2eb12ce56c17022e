import { checkSchema } from './checks/check-schema.ts';
import { runCheck } from './checks/run-check.ts';

await runCheck(checkSchema);

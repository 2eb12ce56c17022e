import { checkEvents } from './checks/check-events.ts';
import { runCheck } from './checks/run-check.ts';

await runCheck(checkEvents);

import { checkEvents } from './checks/check-events.ts';
import { runCheck } from './checks/run-check.ts';

const usage = `npm run events                 whether the events keep what they promise to those who hear them
npm run events -- --base REF   compared with a commit of your choice; without it with where this branch left main
npm run events -- --json       for programs; --github for annotations (by itself in GitHub Actions)

Exit code 0: nothing is rejected. 1: something is. 2: it could not be judged.
`;

await runCheck(usage, checkEvents);

import { checkMigrations } from './checks/check-migrations.ts';
import { runCheck } from './checks/run-check.ts';

const usage = `npm run migrations                 whether the release before can run on the tables of this one
npm run migrations -- --base REF   compared with a commit of your choice; without it with where this branch left main
npm run migrations -- --json       for programs; --github for annotations (by itself in GitHub Actions)

Exit code 0: nothing is rejected. 1: something is. 2: it could not be judged.
`;

await runCheck(usage, checkMigrations);

import { runService } from '#kafka/service.ts';
import { entities } from './entities.ts';
import { migrations, startUser, userConfig } from './start.ts';

await runService({ name: 'user', config: userConfig, start: startUser, entities, migrations });

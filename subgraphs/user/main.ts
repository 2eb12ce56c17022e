import { runService } from '#kafka/service.ts';
import { migrations, startUser, userConfig } from './app.ts';
import { entities } from './entities.ts';

await runService({ name: 'user', config: userConfig, start: startUser, entities, migrations });

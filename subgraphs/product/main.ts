import { runService } from '#kafka/service.ts';
import { entities } from './entities.ts';
import { migrations, productConfig, startProduct } from './start.ts';

await runService({ name: 'product', config: productConfig, start: startProduct, entities, migrations });

import { runService } from '#kafka/service.ts';
import { migrations, productConfig, startProduct } from './app.ts';
import { entities } from './entities.ts';

await runService({ name: 'product', config: productConfig, start: startProduct, entities, migrations });

import { runService } from '#kafka/service.ts';
import { entities } from './entities.ts';
import { cartConfig, migrations, startCart } from './start.ts';

await runService({ name: 'cart', config: cartConfig, start: startCart, entities, migrations });

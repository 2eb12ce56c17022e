import { runService } from '#kafka/service.ts';
import { cartConfig, migrations, startCart } from './app.ts';
import { entities } from './entities.ts';

await runService({ name: 'cart', config: cartConfig, start: startCart, entities, migrations });

import { z } from 'zod';
import { createInProcessLog } from '#kafka/in-process-log.ts';
import type { Parts } from '#kafka/service.ts';
import { type ConfigOf, type ConfigShape, loadConfig, variable } from '#platform/config.ts';
import { createLogger } from '#platform/logger.ts';
import { type Running, runProcess } from '#platform/process.ts';
import { gatewayConfig, startGateway } from '../gateway/start.ts';
import { mailerConfig, startMailer } from '../services/mailer/start.ts';
import { cartConfig, startCart } from '../subgraphs/cart/start.ts';
import { orderConfig, startOrder } from '../subgraphs/order/start.ts';
import { paymentConfig, startPayment } from '../subgraphs/payment/start.ts';
import { productConfig, startProduct } from '../subgraphs/product/start.ts';
import { startUser, userConfig } from '../subgraphs/user/start.ts';
import type { ServiceName } from './services.ts';

type Start = (env: Readonly<Record<string, string>>, parts: Parts) => Promise<Running>;

function starter<Shape extends ConfigShape>(config: Shape, start: (config: ConfigOf<Shape>, parts: Parts) => Promise<Running>): Start {
  return (env, parts) => start(loadConfig(config, env), parts);
}

const starters: Readonly<Record<ServiceName, Start>> = {
  product: starter(productConfig, startProduct),
  cart: starter(cartConfig, startCart),
  order: starter(orderConfig, startOrder),
  user: starter(userConfig, startUser),
  payment: starter(paymentConfig, startPayment),
  mailer: starter(mailerConfig, startMailer),
  gateway: starter(gatewayConfig, startGateway),
};

/** Who hears facts from the beginning: nothing is said before all of them listen. */
const hearers = ['product', 'cart', 'order', 'payment', 'mailer'];

const environments = z.record(z.string(), z.record(z.string(), z.string()));

await runProcess({
  name: 'services',
  config: {
    LOG_LEVEL: variable.logLevel(),
    /** Where the log keeps its dead letters. */
    LOG_FOLDER: z.string(),
    /** The variables of each service, as JSON. */
    SERVICES: z.string().transform((text) => environments.parse(JSON.parse(text))),
  },
  async serve({ LOG_LEVEL: level, SERVICES: variables, LOG_FOLDER: folder }) {
    const eventLog = createInProcessLog({ folder, groups: hearers });
    const running: Running[] = [];
    const stop = async () => {
      // the gateway began last and is the first to go
      for (const service of running.reverse()) await service.stop();
      await eventLog.close();
    };
    try {
      for (const [name, start] of Object.entries(starters)) {
        running.push(await start(variables[name] ?? {}, { eventLog, logger: createLogger(name, level) }));
      }
    } catch (error) {
      await stop();
      throw error;
    }
    return { stop };
  },
});

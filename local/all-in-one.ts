import { z } from 'zod';
import { createInProcessLog } from '#kafka/in-process-log.ts';
import { variable } from '#platform/config.ts';
import { createLogger } from '#platform/logger.ts';
import { type Running, runProcess } from '#platform/process.ts';
import { loadService } from './load-service.ts';
import { services } from './services.ts';

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
    const loaded = await Promise.all(services.map(async (service) => ({ name: service.name, ...(await loadService(service)) })));
    // who hears facts hears them from the beginning: nothing is said before all of them listen
    const groups = loaded.filter(({ hears }) => hears.length > 0).map(({ name }) => name);
    const eventLog = createInProcessLog({ folder, groups });
    const running: Running[] = [];
    const stop = async () => {
      // the gateway began last and is the first to go
      for (const service of running.reverse()) await service.stop();
      await eventLog.close();
    };
    try {
      for (const { name, start } of loaded) {
        running.push(await start(variables[name] ?? {}, { eventLog, logger: createLogger(name, level) }));
      }
    } catch (error) {
      await stop();
      throw error;
    }
    return { stop };
  },
});

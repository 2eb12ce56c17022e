import { kafkaConfig, openKafkaLog } from '#kafka/kafka/log.ts';
import { securityOf } from '#kafka/kafka/security.ts';
import { logExporterOf } from '#kafka/log-exporter.ts';
import { spanExporterOf } from '#kafka/span-exporter.ts';
import { runProcess } from '#platform/service/process.ts';
import { gatewayConfig, startGateway } from './app.ts';

await runProcess({
  name: 'gateway',
  config: {
    ...gatewayConfig,
    ...kafkaConfig,
    KAFKA_BROKERS: kafkaConfig.KAFKA_BROKERS.optional(),
  },
  async serve(config, logger, logShipper) {
    const { KAFKA_BROKERS: brokers } = config;
    const eventLog = brokers === undefined ? null : openKafkaLog({ brokers, security: securityOf(config), clientId: 'gateway', logger });
    const spanExporter = eventLog === null ? {} : { spanExporter: spanExporterOf(eventLog) };
    if (eventLog !== null) logShipper?.start(logExporterOf(eventLog), logger);
    const gateway = await startGateway(config, { eventLog, logger, logShipper, ...spanExporter });
    process.on('SIGHUP', () => {
      gateway.reload().catch((error: unknown) => logger.error({ error }, 'the supergraph could not be looked at'));
    });
    return {
      async stop() {
        await gateway.stop();
        await logShipper?.stop();
        await eventLog?.close();
      },
    };
  },
});

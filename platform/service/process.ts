import { ConfigError, type ConfigOf, type ConfigShape, loadConfig } from '../config.ts';
import { LogShipper } from '../log-shipper.ts';
import { createLogger, type Logger } from '../logger.ts';

export type Running = { stop(): Promise<void> };

export type ProcessDefinition<Shape extends ConfigShape> = {
  name: string;
  config: Shape;
  /** What the process does without a command; it runs until it is stopped. `logShipper` is null unless records are to be exported. */
  serve(config: ConfigOf<Shape>, logger: Logger, logShipper: LogShipper | null): Promise<Running>;
  /** What `main.ts COMMAND …` does instead; resolves when it is done. */
  commands?: Readonly<Record<string, (config: ConfigOf<Shape>, logger: Logger, args: string[]) => Promise<void>>>;
};

const stopWithinMs = 4500;

/**
 * The one way in which a process of the shop begins and ends: reads the configuration, starts, notifies its parent that it is
 * ready, and stops in order on SIGINT and SIGTERM or when its parent is gone. A failure to start is one clear line per problem.
 */
export async function runProcess<Shape extends ConfigShape>(definition: ProcessDefinition<Shape>): Promise<void> {
  // the process's own environment enters the program here, and nowhere else
  const env = process.env;
  try {
    const config = loadConfig(definition.config, env);
    const [command, ...args] = process.argv.slice(2);
    const { LOG_LEVEL: level = 'info', LOGS_EXPORTER: exported = 'none' } = config as Readonly<Record<string, unknown>>;
    const logShipper = exported === 'none' || command !== undefined ? null : new LogShipper({ service: definition.name });
    const logger = createLogger(definition.name, String(level), logShipper);
    if (command !== undefined) return await runCommand(definition, config, logger, command, args);
    process.on('unhandledRejection', (error) => {
      logger.fatal({ error }, 'an error that nothing was waiting for');
      process.exit(1);
    });
    const running = await definition.serve(config, logger, logShipper);
    stopOnSignals(running, logger);
    process.send?.('ready');
    logger.info('ready');
  } catch (error) {
    fail(definition.name, error);
  }
}

async function runCommand<Shape extends ConfigShape>(
  definition: ProcessDefinition<Shape>,
  config: ConfigOf<Shape>,
  logger: Logger,
  command: string,
  args: string[],
): Promise<void> {
  const run = definition.commands?.[command];
  if (run) return run(config, logger, args);
  const known = Object.keys(definition.commands ?? {}).join(', ') || 'none';
  throw new Error(`There is no command "${command}". Known: ${known}.`);
}

function stopOnSignals(running: Running, logger: Logger): void {
  // the first of them counts
  const { promise: stopping, resolve: stop } = Promise.withResolvers<string>();
  stopping.then((why) => {
    logger.info(`stopping: ${why}`);
    const tooLong = setTimeout(() => {
      logger.error(`did not stop within ${stopWithinMs} ms`);
      process.exit(1);
    }, stopWithinMs);
    running.stop().then(
      () => {
        clearTimeout(tooLong);
        process.exit(0);
      },
      (error: unknown) => {
        logger.error({ error }, 'stopping failed');
        process.exit(1);
      },
    );
  });
  process.on('SIGINT', () => stop('SIGINT'));
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('disconnect', () => stop('the parent process is gone'));
}

function fail(name: string, error: unknown): never {
  const lines = error instanceof ConfigError ? error.problems : [messageOf(error)];
  for (const line of lines) process.stderr.write(`${name}: ${line}\n`);
  process.exit(error instanceof ConfigError ? 2 : 1);
}

/** Apollo's gateway sends usage telemetry unless the environment disables it before one is created. */
export function declineApolloTelemetry(): void {
  process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}

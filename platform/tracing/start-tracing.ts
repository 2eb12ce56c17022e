import { randomUUID } from 'node:crypto';
import type { Tracer } from '@opentelemetry/api';
import { Resource } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import { ATTR_SERVICE_NAME } from '@opentelemetry/semantic-conventions';
import { Counter, type Registry } from 'prom-client';
import { z } from 'zod';
import { type ConfigOf, variable } from '../config.ts';
import type { Logger } from '../logger.ts';
import { Outage } from '../outage.ts';

/** OpenTelemetry's own names and values, as far as they are supported. */
export const tracingConfig = {
  OTEL_TRACES_EXPORTER: z
    .string()
    .default('none')
    .transform((list) => list.split(',').map((name) => name.trim()))
    .pipe(z.array(z.enum(['none', 'otlp', 'kafka'], 'must be none, or otlp and kafka separated by commas')))
    .describe('Where spans go: `otlp` to a collector, `kafka` to the topic `traces` for the admin pages, both with a comma, or `none`.'),
  OTEL_EXPORTER_OTLP_ENDPOINT: variable
    .httpUrl()
    .default('http://127.0.0.1:4318')
    .describe('The collector, by OTLP over HTTP with JSON; `/v1/traces` is added.'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe(
      'Which part of the traces is recorded, 0 to 1. The gateway decides, and every service keeps to it (parentbased_traceidratio).',
    ),
} as const;

export type TracingOptions = {
  /** `service.name` of the resource. */
  service: string;
  config: ConfigOf<typeof tracingConfig>;
  /** Exports to the event log; null for a service without one. */
  kafkaExporter: SpanExporter | null;
  /** True for the gateway: callers outside of the shop do not decide what is recorded. */
  isEdge?: boolean;
  registry: Registry;
  logger: Logger;
};

export type Tracing = {
  /** Null when nothing is recorded. */
  readonly tracer: Tracer | null;
  /** Exports what is left, for at most a second. */
  stop(): Promise<void>;
};

const batch = { maxQueueSize: 8192, maxExportBatchSize: 512, scheduledDelayMillis: 1000, exportTimeoutMillis: 5000 };
const stopsWithinMs = 1000;

/** Starts recording spans, one provider per service. An exporter that does not take them costs spans, counted, and nothing else. */
export async function startTracing(options: TracingOptions): Promise<Tracing> {
  const exporters = await exportersOf(options);
  if (exporters.length === 0) return { tracer: null, stop: async () => undefined };
  const provider = new BasicTracerProvider({
    // each process has a clock of its own
    resource: new Resource({ [ATTR_SERVICE_NAME]: options.service, 'service.instance.id': randomUUID() }),
    sampler: samplerOf(options),
    spanProcessors: exporters.map((exporter) => new BatchSpanProcessor(exporter, batch)),
  });
  return {
    tracer: provider.getTracer('marigold'),
    async stop() {
      const late = new Promise<void>((resolve) => void setTimeout(resolve, stopsWithinMs).unref());
      await Promise.race([provider.shutdown().catch(() => undefined), late]);
    },
  };
}

function samplerOf({ config, isEdge = false }: TracingOptions): Sampler {
  const root = new TraceIdRatioBasedSampler(config.OTEL_TRACES_SAMPLER_ARG);
  return new ParentBasedSampler(isEdge ? { root, remoteParentSampled: root, remoteParentNotSampled: root } : { root });
}

async function exportersOf({ config, kafkaExporter, registry, logger }: TracingOptions): Promise<SpanExporter[]> {
  const wanted = config.OTEL_TRACES_EXPORTER;
  const lost = createLostCounter(registry);
  const exporters: SpanExporter[] = [];
  if (wanted.includes('kafka') && kafkaExporter !== null) exporters.push(counting('kafka', kafkaExporter, lost, logger));
  if (wanted.includes('otlp')) {
    // loaded by those who use it alone: it takes memory in every process
    const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
    const url = `${config.OTEL_EXPORTER_OTLP_ENDPOINT.replace(/\/$/, '')}/v1/traces`;
    exporters.push(counting('otlp', new OTLPTraceExporter({ url, timeoutMillis: batch.exportTimeoutMillis }), lost, logger));
  }
  return exporters;
}

function createLostCounter(registry: Registry) {
  return new Counter({
    name: 'marigold_spans_lost_total',
    help: 'Spans that an exporter did not take.',
    labelNames: ['exporter'],
    registers: [registry],
  });
}

/** Counts what was lost, and logs when it begins and ends. */
function counting(name: string, exporter: SpanExporter, lost: Counter<'exporter'>, logger: Logger): SpanExporter {
  const outage = new Outage();
  return {
    export(spans, onResult) {
      exporter.export(spans, (result) => {
        const failed = result.error !== undefined || result.code !== 0;
        if (failed) lost.inc({ exporter: name }, spans.length);
        const reason = result.error?.message;
        if (failed) outage.begin(() => logger.warn({ exporter: name, reason }, 'spans cannot be exported; they are dropped'));
        else outage.end(() => logger.info({ exporter: name }, 'spans are exported again'));
        onResult(result);
      });
    },
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  };
}

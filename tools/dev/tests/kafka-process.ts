import { startKafka } from '../kafka.ts';

/** A process that holds a Kafka, for tests that kill it. */
const { pid, port } = await startKafka({ dataDir: process.argv[2] ?? '' });
process.send?.({ pid, port });

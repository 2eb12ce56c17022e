/** The brokers of the test run (TEST_KAFKA_BROKERS, set by start-components.ts); empty when there is no Kafka: `needs('kafka')` skips what asks it. */
export function testBrokers(): string[] {
  return (process.env['TEST_KAFKA_BROKERS'] ?? '').split(',').filter((broker) => broker !== '');
}

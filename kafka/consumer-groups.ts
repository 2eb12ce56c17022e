/**
 * The consumer group of a service: its name to Kafka, in its inbox and on its dead letters. mail keeps the group of the service `mailer` that it
 * grew out of: a new group would read every topic from the beginning, and its inbox would know no event of it.
 */
export const consumerGroupOf = (service: string): string => (service === 'mail' ? 'mailer' : service);

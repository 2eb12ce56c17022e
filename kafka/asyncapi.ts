import { stringify } from 'yaml';
import { contracts, type EventType, eventTypes } from './contracts.ts';
import { type Topic, type TopicName, topicNames, topics } from './topics.ts';

/** The event log as an AsyncAPI 3.0 document; the data of each event is in the JSON Schema beside it. */
export function asyncApi(version: string): string {
  const document = {
    asyncapi: '3.0.0',
    info: {
      title: 'Marigold: events of the shop',
      version,
      description:
        'Events, as CloudEvents 1.0 in the binary mode of Kafka: the headers hold the attributes, the value holds the data as JSON.',
    },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(topicNames.map((topic) => [topic, channel(topic, topics[topic])])),
    operations: Object.fromEntries(eventTypes.map((type) => [`${contracts[type].publisher} publishes ${type}`, operation(type)])),
    components: { messages: Object.fromEntries(eventTypes.map((type) => [type, message(type)])), messageTraits: { cloudEvent } },
  };
  return `# Written by npm run contracts.\n${stringify(document, { lineWidth: 140, aliasDuplicateObjects: false })}`;
}

function channel(topic: TopicName, { key, partitions, cleanup, retentionMs, about }: Topic) {
  const types = eventTypes.filter((type) => contracts[type].topic === topic);
  return {
    address: topic,
    description: `${about}; keyed by ${key}`,
    messages: Object.fromEntries(types.map((type) => [type, { $ref: `#/components/messages/${type}` }])),
    bindings: {
      kafka: {
        topic,
        partitions,
        topicConfiguration: { 'cleanup.policy': cleanup.split(','), 'retention.ms': retentionMs },
        bindingVersion: '0.5.0',
      },
    },
  };
}

function operation(type: EventType) {
  const { topic } = contracts[type];
  return { action: 'send', channel: { $ref: `#/channels/${topic}` }, messages: [{ $ref: `#/channels/${topic}/messages/${type}` }] };
}

function message(type: EventType) {
  const { about, topic } = contracts[type];
  return {
    name: type,
    summary: about,
    payload: { $ref: `./${type}.json` },
    traits: [{ $ref: '#/components/messageTraits/cloudEvent' }],
    bindings: { kafka: { key: { type: 'string', description: topics[topic].key }, bindingVersion: '0.5.0' } },
  };
}

const text = (description: string) => ({ type: 'string', description });

const cloudEvent = {
  headers: {
    type: 'object',
    required: ['ce_specversion', 'ce_id', 'ce_type', 'ce_source', 'ce_time'],
    properties: {
      ce_specversion: { type: 'string', const: '1.0' },
      ce_id: text('the same however often the event is delivered'),
      ce_type: text('the type of the event'),
      ce_source: text('the publishing service, as in /order'),
      ce_time: text('when it happened, ISO 8601'),
      ce_subject: text('the key'),
      traceparent: text('the W3C trace context of the request that caused it'),
      'replay-of': text('of a replay: the dead letter'),
      'replay-for': text('of a replay: the only consumer that handles it'),
    },
  },
};

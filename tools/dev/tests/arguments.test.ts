import { describe, expect, test } from '@jest/globals';
import { readArguments } from '../arguments.ts';

describe('what npm start is asked for', () => {
  test('is the whole shop on its usual ports without arguments', () => {
    expect(readArguments([], {})).toEqual({ help: false, reset: false, kafka: true, watch: false, dataDir: '.data', ports: {} });
  });

  test('is read from options and variables', () => {
    const read = readArguments(['--reset', '--port', '5000', '--data', '/srv/shop', '--no-kafka'], {
      MAIL_PORT: '2080',
      SMTP_PORT: '2025',
      KAFKA_BROKERS: 'one:9092, two:9092',
      REDIS_URL: 'redis://cache:6379',
      POSTGRES_URL: 'postgres://me:secret@db/postgres',
    });

    expect(read).toEqual({
      help: false,
      reset: true,
      kafka: false,
      watch: false,
      dataDir: '/srv/shop',
      ports: { gateway: 5000, inbox: 2080, smtp: 2025 },
      kafkaBrokers: ['one:9092', 'two:9092'],
      redisUrl: 'redis://cache:6379',
      postgresUrl: 'postgres://me:secret@db/postgres',
    });
  });

  test('is a choice of services, each once and in their order', () => {
    expect(readArguments(['--only', 'order, product,order'], {})).toMatchObject({ only: ['product', 'order'] });
  });

  test.each([
    [['--colour'], {}, "Unknown option '--colour'. See npm start -- --help."],
    [
      ['--only', 'order,ordr'],
      {},
      '--only knows no service "ordr". There are: product, cart, order, user, payment, mail, operations, gateway.',
    ],
    [['--only='], {}, "Option '--only' has no value. See npm start -- --help."],
    [['--inspect', 'order,cart'], {}, '--inspect takes one service: all would listen on the same port.'],
    [['--inspect', 'nobody'], {}, '--inspect knows no service "nobody".'],
    [['--port'], {}, "Option '--port <value>' argument missing. See npm start -- --help."],
    [['--port='], {}, "Option '--port' has no value. See npm start -- --help."],
    [['--data='], {}, "Option '--data' has no value. See npm start -- --help."],
    [['--port', '0'], {}, '--port must be a port, 1 to 65535, and not "0".'],
    [['--port', 'x'], {}, '--port must be a port, 1 to 65535, and not "x".'],
    [[], { MAIL_PORT: '70000' }, 'MAIL_PORT must be a port, 1 to 65535, and not "70000".'],
    [[], { KAFKA_BROKERS: 'somewhere' }, 'KAFKA_BROKERS must be host:port, separated by commas.'],
    [[], { REDIS_URL: 'localhost' }, 'REDIS_URL is not an address of the right kind. See npm start -- --help.'],
    [[], { POSTGRES_URL: 'mysql://a:hidden@b' }, 'POSTGRES_URL is not an address of the right kind. See npm start -- --help.'],
  ])('names what cannot be understood: %j %j', (args, env, sentence) => {
    expect(() => readArguments(args, env)).toThrow(sentence);
  });
});

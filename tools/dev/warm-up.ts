import { services } from './services.ts';

/**
 * Fills the compile cache (NODE_COMPILE_CACHE) after an installation, so that also the first start finds it full: eight processes that
 * each strip and compile the same files need some 20 MB and half a second of CPU more apiece.
 * Each main is imported with a configuration that it rejects, so nothing is started.
 */
class Ended extends Error {}

process.env['LOG_LEVEL'] = 'rejected';
process.exit = () => {
  throw new Ended('A main has rejected its configuration.');
};
process.stderr.write = () => true;

const files = [
  ...services.map((service) => `../../${service.folder}/main.ts`),
  './shared-process.ts',
  './mail-inbox-worker.ts',
  './shop.ts',
];
for (const file of files) {
  // errors are reported when the service starts
  await import(file).catch(() => undefined);
}

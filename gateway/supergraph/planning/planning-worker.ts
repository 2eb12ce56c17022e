import { parentPort } from 'node:worker_threads';
import { createSchemaTasks, type SchemaTask } from './schema-tasks.ts';

const port = parentPort;
if (port === null) throw new Error('This is the program of a worker thread.');

let carryOut: (task: SchemaTask) => string = () => {
  throw new Error('There is no supergraph yet.');
};

port.on('message', (message: { readonly sdl: string } | SchemaTask) => {
  if ('kind' in message) {
    port.postMessage(answer(message));
    return;
  }
  // a supergraph that cannot be served is rejected before the first request
  carryOut = createSchemaTasks(message.sdl);
  port.postMessage('ready');
});

function answer(task: SchemaTask): { result: string } | { problem: string } {
  try {
    return { result: carryOut(task) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

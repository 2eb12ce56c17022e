import { cpus } from 'node:os';
import { WebSocket } from 'ws';
import { readCommandLine } from '#platform/command.ts';
import { operationText } from '#schema/operation-text.ts';
import { runCommand, unlessInterrupted, wholeNumber } from '../run-command.ts';
import { findRunningShop } from '../running-shop.ts';
import { createShopClient } from '../shop-client.ts';

const usage = `What subscribers cost that wait for something to happen: memory and processor time of the running shop's gateway.

npm run bench:sockets                      5000 guests, each with a socket and a subscription, in steps of 1000
npm run bench:sockets -- --sockets 10000   as many
npm run bench:sockets -- --data DIR        the data folder of the shop, .data by default`;

const step = 1000;
/** Far below what one address may open, and what guests of one address may ask at once. */
const socketsPerAddress = 100;
const query = operationText('storefront/availability-live');

type Figures = { readonly residentMb: number; readonly heapMb: number; readonly cpuSeconds: number; readonly sockets: number };

async function readFigures(adminUrl: string): Promise<Figures> {
  const text = await (await fetch(`${adminUrl}/metrics`)).text();
  const figure = (name: string) => Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
  const megabyte = 1_000_000;
  return {
    residentMb: figure('process_resident_memory_bytes') / megabyte,
    heapMb: figure('nodejs_heap_size_used_bytes') / megabyte,
    cpuSeconds: figure('process_cpu_seconds_total'),
    sockets: figure('marigold_gateway_sockets'),
  };
}

/** Resolves with the first update; from an address of its own of this machine for each hundred. */
function subscribe(url: string, at: number, productId: string): Promise<WebSocket> {
  const address = Math.floor(at / socketsPerAddress);
  const localAddress = `127.0.${1 + Math.floor(address / 250)}.${1 + (address % 250)}`;
  const socket = new WebSocket(url, 'graphql-transport-ws', { localAddress });
  return new Promise((resolve, reject) => {
    socket.on('open', () => socket.send('{"type":"connection_init"}'));
    socket.on('error', reject);
    socket.on('close', (code, reason) => reject(new Error(`The socket was closed with ${code} ${reason.toString()}.`)));
    socket.on('message', (data: Buffer) => {
      const { type, payload } = JSON.parse(data.toString()) as { type: string; payload?: unknown };
      if (type === 'connection_ack')
        socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query, variables: { ids: [productId] } } }));
      else if (type === 'next') resolve(socket);
      else if (type === 'ping') socket.send('{"type":"pong"}');
      else reject(new Error(`The subscription was rejected: ${JSON.stringify(payload)}`));
    });
  });
}

async function productIds(gatewayUrl: string): Promise<string[]> {
  const guest = createShopClient(gatewayUrl);
  type Data = { products: { edges: { node: { id: string } }[] } };
  const { products } = await guest.ask<Data>('{ products(first: 20) { edges { node { id } } } }');
  await guest.close();
  return products.edges.map(({ node }) => node.id);
}

function row({ sockets, residentMb, heapMb }: Figures, cpuMs: number): string {
  return `${String(sockets).padStart(8)}${residentMb.toFixed(0).padStart(14)}${heapMb.toFixed(0).padStart(10)}${cpuMs.toFixed(1).padStart(22)}\n`;
}

async function main(): Promise<void> {
  const { values } = readCommandLine(usage, { sockets: { type: 'string', default: '5000' }, data: { type: 'string', default: '.data' } });
  const wanted = wholeNumber('--sockets', values.sockets);
  const run = await findRunningShop(values.data);
  const adminUrl = run.services['gateway']?.adminUrl ?? '';
  const graphUrl = run.gatewayUrl.replace('localhost', '127.0.0.1');
  const ids = await productIds(graphUrl);
  process.stdout.write(`${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}\n`);
  process.stdout.write(' sockets   resident MB   heap MB   CPU ms each to open\n');
  let before = await readFigures(adminUrl);
  process.stdout.write(row(before, 0));
  const sockets: WebSocket[] = [];
  while (sockets.length < wanted) {
    for (let opened = 0; opened < step; opened += socketsPerAddress) {
      const first = sockets.length;
      const fresh = Array.from({ length: socketsPerAddress }, (_, at) =>
        subscribe(graphUrl.replace(/^http/, 'ws'), first + at, ids[(first + at) % ids.length] ?? ''),
      );
      sockets.push(...(await Promise.all(fresh)));
    }
    const now = await readFigures(adminUrl);
    process.stdout.write(row(now, ((now.cpuSeconds - before.cpuSeconds) / step) * 1000));
    before = now;
  }
  for (const socket of sockets) socket.terminate();
}

await runCommand((interrupted) => unlessInterrupted(interrupted, main()));

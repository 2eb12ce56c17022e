import { randomInt } from 'node:crypto';
import { connect, createServer, type Server } from 'node:net';

/** Why `port` cannot be listened on at this moment: another process does, the system forbids it, or null when it can be. */
export async function portTrouble(port: number): Promise<'taken' | 'forbidden' | null> {
  // "localhost" may lead a browser to ::1 first, so another program there would be met in our place
  for (const host of ['127.0.0.1', '::1']) {
    const probe = await listen(port, host);
    if (typeof probe !== 'string') await close(probe);
    else if (probe === 'EADDRINUSE') return 'taken';
    else if (probe === 'EACCES' || probe === 'EPERM') return 'forbidden';
  }
  return null;
}

export const isPortFree = async (port: number): Promise<boolean> => (await portTrouble(port)) === null;

/** True when a program accepts connections at this port of 127.0.0.1. `isPortFree` listens there for a moment, in the way of a program that is about to. */
export function acceptsConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const answer = (is: boolean) => {
      socket.destroy();
      resolve(is);
    };
    socket.on('error', () => answer(false));
    // Linux may connect a socket to itself when nobody listens
    socket.on('connect', () => answer(socket.localPort !== port));
  });
}

/** A port for each that is wanted: that one when it is free, else (and for 0) any free one; no two are the same. */
export async function freePorts(wanted: readonly number[]): Promise<number[]> {
  const held: Server[] = [];
  try {
    for (const port of wanted) {
      const isFree = port !== 0 && (await isPortFree(port));
      const probe = isFree ? await listen(port, '127.0.0.1') : 'not asked for';
      // taken between the question and the answer
      held.push(typeof probe === 'string' ? await listenAnywhere() : probe);
    }
    return held.map(portOf);
  } finally {
    await Promise.all(held.map(close));
  }
}

export async function freePort(wanted = 0): Promise<number> {
  const [port = 0] = await freePorts([wanted]);
  return port;
}

/** Below what systems give to outgoing connections (32768 and up on Linux): one of those could take the port before who asked for it does. */
const quiet = { from: 20_000, to: 32_000 };

async function listenAnywhere(): Promise<Server> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const probe = await listen(randomInt(quiet.from, quiet.to), '127.0.0.1');
    if (typeof probe !== 'string') return probe;
  }
  const probe = await listen(0, '127.0.0.1');
  if (typeof probe === 'string') throw new Error(`This machine gives no port to listen on (${probe}).`);
  return probe;
}

/** A server that listens there, or the code of the error. */
function listen(port: number, host: string): Promise<Server | string> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    probe.listen({ port, host, exclusive: true }, () => resolve(probe));
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const close = (server: Server) => new Promise<void>((resolve) => server.close(() => resolve()));

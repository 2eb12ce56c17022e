import { readdirSync } from 'node:fs';

/*
 * Loads the program of every service once, while the image is built, so that the compile cache of Node (NODE_COMPILE_CACHE) holds what it made of the
 * sources. Nothing connects, listens or reads the environment on import.
 */
const root = new URL('../../', import.meta.url);
const folders = ['gateway', ...readdirSync(new URL('subgraphs', root)).map((name) => `subgraphs/${name}`)];
for (const folder of folders) await import(new URL(`${folder}/app.ts`, root).href);

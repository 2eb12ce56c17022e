import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readCommandLine } from '#platform/command.ts';
import { contractFolder } from './contract-folder.ts';

readCommandLine(
  'npm run contracts   writes the JSON Schema of each event, and asyncapi.yaml, to kafka/contracts/; npm run events checks what changed',
  {},
);
const folder = fileURLToPath(new URL('./contracts/', import.meta.url));
const files = contractFolder();
mkdirSync(folder, { recursive: true });
for (const name of readdirSync(folder)) if (!files.has(name)) rmSync(folder + name);
for (const [name, text] of files) writeFileSync(folder + name, text);
process.stdout.write(`${files.size} files are written to kafka/contracts/.\n`);

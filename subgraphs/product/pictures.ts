import { createHash } from 'node:crypto';
import { type InvalidInput, invalidInput } from '#platform/input.ts';
import type { Database } from '#platform/postgres/database.ts';
import type { ServedFile } from '#platform/service/subgraph-server.ts';
import type { ProductDependencies } from './dependencies.ts';
import { fallbackWidth, type Rendition, renditionsOf } from './renditions.ts';

/** 500 KB, and what that is in base64. */
const mostBytes = 512_000;
export const mostBase64 = Math.ceil(mostBytes / 3) * 4;

/** The door of the whole shop to the pictures that are kept here: the gateway's. */
const publicFolder = '/pictures/uploaded/';
const ownPath = /^\/pictures\/([0-9a-f]{32}-\d+\.(?:jpg|webp))$/;

const endings = { JPEG: 'jpg', WEBP: 'webp' } as const;
const mediaTypes = { JPEG: 'image/jpeg', WEBP: 'image/webp' } as const;

const rejected = (message: string) => invalidInput([{ field: 'data', message }]);
const nameOf = (id: string, { width, type }: Pick<Rendition, 'width' | 'type'>) => `${id}-${width}.${endings[type]}`;

/**
 * Keeps a picture that an admin gave to the shop, as the renditions that pages need: `ID-400.webp`, `ID-800.webp`, `ID-1200.webp`, and `ID-1200.jpg` for what
 * reads no WebP. Their names are made of what was uploaded, so that they never change and each is kept once.
 *
 * `base64` is as long as `mostBase64` at the most. Answers the address of the fallback in the shop.
 */
export async function keepPicture(database: Database, base64: string): Promise<{ url: string } | InvalidInput> {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length > mostBytes) return rejected('A picture has at most 500 KB.');
  const decoded = await renditionsOf(bytes);
  if ('problem' in decoded) return rejected(decoded.problem);
  const id = createHash('sha256').update(bytes).digest('hex').slice(0, 32);
  const { renditions } = decoded;
  await database.query(insertRenditions, [
    renditions.map((one) => nameOf(id, one)),
    renditions.map(({ type }) => type),
    renditions.map((one) => one.bytes),
  ]);
  return { url: `${publicFolder}${nameOf(id, { width: fallbackWidth, type: 'JPEG' })}` };
}

/** What is served at a path such as /pictures/ID-400.webp; null where there is nothing. */
export async function findPicture({ database }: Pick<ProductDependencies, 'database'>, path: string): Promise<ServedFile | null> {
  const [, name] = ownPath.exec(path) ?? [];
  if (name === undefined) return null;
  const { rows } = await database.query<{ type: Rendition['type']; bytes: Buffer }>(selectRendition, [name]);
  const [picture] = rows;
  return picture === undefined ? null : { mediaType: mediaTypes[picture.type], bytes: picture.bytes };
}

const insertRenditions = `INSERT INTO pictures (id, type, bytes)
  SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[]) ON CONFLICT (id) DO NOTHING`;
const selectRendition = 'SELECT type, bytes FROM pictures WHERE id = $1';

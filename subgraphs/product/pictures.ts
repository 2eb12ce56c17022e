import { createHash } from 'node:crypto';
import type { Database } from '#platform/database.ts';
import { type InvalidInput, invalidInput } from '#platform/input.ts';
import type { ServedFile } from '#platform/server.ts';
import { type PictureType, pictureTypeOf, pictureTypes } from './rules.ts';

/** 500 KB, and what that is in base64. */
const mostBytes = 512_000;
export const mostBase64 = Math.ceil(mostBytes / 3) * 4;

/** The door of the whole shop to the pictures that are kept here: the gateway's. */
const publicFolder = '/pictures/uploaded/';
const ownPath = /^\/pictures\/([0-9a-f]{32})\.(png|jpg|webp)$/;

const refused = (message: string) => invalidInput([{ field: 'data', message }]);

/** Pictures that admins gave to the shop. Their names are made of what is in them, so that they never change and each is kept once. */
export function createPictures(database: Database) {
  return {
    /** Keeps a picture; `base64` is as long as `mostBase64` at the most. Answers its address in the shop. */
    async keepPicture(base64: string): Promise<{ url: string } | InvalidInput> {
      const bytes = Buffer.from(base64, 'base64');
      if (bytes.length > mostBytes) return refused('A picture has at most 500 KB.');
      const type = pictureTypeOf(bytes);
      if (type === null) return refused('This is not a PNG, JPEG or WebP picture.');
      const id = createHash('sha256').update(bytes).digest('hex').slice(0, 32);
      await database.query(insertPicture, [id, type, bytes]);
      return { url: `${publicFolder}${id}.${pictureTypes[type].ending}` };
    },

    /** What is served at a path such as /pictures/ID.png; null where there is nothing. */
    async findPicture(path: string): Promise<ServedFile | null> {
      const [, id, ending] = ownPath.exec(path) ?? [];
      if (id === undefined) return null;
      const { rows } = await database.query<{ type: PictureType; bytes: Buffer }>(selectPicture, [id]);
      const [picture] = rows;
      if (picture === undefined || pictureTypes[picture.type].ending !== ending) return null;
      return { mediaType: pictureTypes[picture.type].mediaType, bytes: picture.bytes };
    },
  };
}

const insertPicture = 'INSERT INTO pictures (id, type, bytes) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING';
const selectPicture = 'SELECT type, bytes FROM pictures WHERE id = $1';

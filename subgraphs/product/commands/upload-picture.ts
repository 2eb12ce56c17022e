import { z } from 'zod';
import { assertAdmin, type Identity } from '#platform/auth.ts';
import { type InvalidInput, parseInput } from '#platform/input.ts';
import type { ProductDependencies } from '../dependencies.ts';
import { keepPicture, mostBase64 } from '../pictures.ts';

const uploadPictureInput = z.object({
  data: z
    .string()
    .min(1, 'There is no picture in this.')
    .max(mostBase64, 'A picture has at most 500 KB.')
    .refine((data) => data.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(data), 'This is not base64.'),
});

export type UploadPictureResult = { url: string } | InvalidInput;

/** The same picture is kept once. @throws AppError UNAUTHENTICATED or FORBIDDEN unless the caller is an admin. */
export async function uploadPicture({ database }: ProductDependencies, identity: Identity, input: unknown): Promise<UploadPictureResult> {
  assertAdmin(identity);
  const parsed = parseInput(uploadPictureInput, input);
  return parsed.ok ? keepPicture(database, parsed.value.data) : parsed.error;
}

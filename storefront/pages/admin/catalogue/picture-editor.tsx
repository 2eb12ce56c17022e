import { useRef, useState } from 'react';
import { useClient } from 'urql';
import uploadFile from '../../../../schema/operations/admin/upload-picture.graphql';
import type { UploadPictureMutation, UploadPictureMutationVariables } from '../../../../schema/operations/admin.types.ts';
import { Button } from '../../../design/button.tsx';
import { Field, TextField } from '../../../design/field.tsx';
import { Picture } from '../../../design/picture.tsx';
import { useUnsaved } from '../../../forms/use-unsaved.ts';
import { registered } from '../../../graph/registered.ts';
import { send } from '../../../graph/send.ts';
import { commonMessages } from '../../../messages/common.ts';
import { useFormats } from '../../../messages/formats.ts';
import { useLanguage, useMessages } from '../../../messages/language.ts';
import { userErrorText } from '../shared/user-errors.ts';
import styles from './admin-catalogue.module.css';
import { adminCatalogueMessages } from './messages.ts';
import { type Image, isAddress, mostImages, moved, type Problems } from './product-draft.ts';
import { shrink } from './shrink.ts';

const UploadPicture = registered<UploadPictureMutation, UploadPictureMutationVariables>(uploadFile);

type Props = { images: readonly Image[]; problems: Problems; onChange(change: (images: readonly Image[]) => readonly Image[]): void };

/** The pictures of a product: uploaded or by address, described, in the order in which they are shown. */
export function PictureEditor({ images, problems, onChange }: Props) {
  const w = useMessages(adminCatalogueMessages);
  const isFull = images.length >= mostImages;
  const add = (url: string) => onChange((before) => [...before, { url, alt: '' }]);
  return (
    <fieldset>
      <legend>{w.pictures}</legend>
      <ol className={styles['pictures']}>
        {images.map((image, at) => (
          <ImageItem key={keyOf(images, image)} image={image} at={at} count={images.length} problems={problems} onChange={onChange} />
        ))}
      </ol>
      {isFull ? (
        <p className="quiet small">{w.wrong.images}</p>
      ) : (
        <div className={styles['add']}>
          <Upload onUploaded={add} />
          <ByAddress onAdd={add} />
        </div>
      )}
    </fieldset>
  );
}

/** The address; the same picture may be there twice. */
function keyOf(images: readonly Image[], image: Image): string {
  const same = images.filter(({ url }) => url === image.url);
  return `${same.indexOf(image)} ${image.url}`;
}

function ImageItem({ image, at, count, problems, onChange }: { image: Image; at: number; count: number } & Omit<Props, 'images'>) {
  const w = useMessages(adminCatalogueMessages);
  const common = useMessages(commonMessages);
  const formats = useFormats();
  const place = formats.number(at + 1);
  const problem = problems[`images.${at}.alt`] ?? problems[`images.${at}.url`];
  return (
    <li className={styles['image']}>
      <Picture image={{ url: image.url, alt: '' }} size={96} />
      <TextField
        label={`${at === 0 ? w.mainPicture : w.picture(place)}: ${w.alt}`}
        value={image.alt}
        hint={image.url.length > 60 ? `${image.url.slice(0, 60)}…` : image.url}
        problem={problem && w.wrong[problem]}
        onChange={(event) => onChange((all) => all.with(at, { ...image, alt: event.target.value }))}
      />
      <div className={styles['moves']}>
        <Button look="plain" aria-label={w.forward(place)} disabled={at === 0} onClick={() => onChange((all) => moved(all, at, -1))}>
          ↑
        </Button>
        <Button
          look="plain"
          aria-label={w.backward(place)}
          disabled={at === count - 1}
          onClick={() => onChange((all) => moved(all, at, 1))}
        >
          ↓
        </Button>
        <Button look="text" aria-label={w.removePicture(place)} onClick={() => onChange((all) => all.toSpliced(at, 1))}>
          {common.remove}
        </Button>
      </div>
    </li>
  );
}

function Upload({ onUploaded }: { onUploaded(url: string): void }) {
  const w = useMessages(adminCatalogueMessages);
  const language = useLanguage();
  const client = useClient();
  const [result, setResult] = useState<{ problem?: string; status?: string }>({});
  const busy = useRef(false);
  const upload = async (file: File): Promise<{ problem?: string; status?: string }> => {
    const shrunk = await shrink(file);
    if ('problem' in shrunk) return { problem: w[shrunk.problem] };
    const sent = await send(client, UploadPicture, { input: { data: shrunk.data } }, { timeoutMs: 60_000 });
    if (!sent.ok) return { problem: userErrorText(language, sent.code) };
    if (!('url' in sent.data.uploadPicture)) return { problem: w.notAPicture };
    onUploaded(sent.data.uploadPicture.url);
    return { status: w.uploaded };
  };
  return (
    <div>
      <Field label={w.upload} hint={w.uploadHint} problem={result.problem}>
        {(described) => (
          <input
            {...described}
            type="file"
            accept="image/*"
            className={styles['file']}
            onChange={(event) => {
              const input = event.target;
              const file = input.files?.[0];
              if (!file || busy.current) return;
              busy.current = true;
              setResult({ status: w.uploading });
              void upload(file).then((result) => {
                busy.current = false;
                setResult(result);
                // the same file can be chosen again
                input.value = '';
              });
            }}
          />
        )}
      </Field>
      <p role="status" className="small quiet">
        {result.status}
      </p>
    </div>
  );
}

function ByAddress({ onAdd }: { onAdd(url: string): void }) {
  const w = useMessages(adminCatalogueMessages);
  const [url, setUrl] = useState('');
  useUnsaved(url.trim() !== '');
  const [isWrong, setIsWrong] = useState(false);
  const add = () => {
    const isGood = isAddress(url.trim());
    setIsWrong(!isGood);
    if (!isGood) return;
    onAdd(url.trim());
    setUrl('');
  };
  return (
    <div className={styles['by-address']}>
      <TextField
        label={w.address}
        value={url}
        inputMode="url"
        maxLength={2000}
        problem={isWrong ? w.wrong.url : null}
        onChange={(event) => setUrl(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          add();
        }}
      />
      <Button look="plain" onClick={add}>
        {w.add}
      </Button>
    </div>
  );
}

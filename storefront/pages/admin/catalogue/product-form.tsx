import { useEffect, useId, useRef, useState } from 'react';
import { Button } from '../../../design/button.tsx';
import field from '../../../design/field.module.css';
import { Field, FormProblem, TextArea, TextField } from '../../../design/field.tsx';
import { useWords } from '../../../words/language.ts';
import styles from './desk-catalogue.module.css';
import type { Outcome } from './outcome.ts';
import { PictureEditor } from './picture-editor.tsx';
import { checkDraft, type Draft, type Problems } from './product-draft.ts';
import { deskCatalogueWords } from './words.ts';

type Props = {
  start: Draft;
  categories: readonly string[];
  isNew: boolean;
  label: string;
  /** `before`: as it was opened, or saved last. */
  onSave(draft: Draft, before: Draft): Promise<Outcome>;
};

/** Everything that is said of a product. What was typed stays, whatever comes of it. */
export function ProductForm({ start, categories, isNew, label, onSave }: Props) {
  const w = useWords(deskCatalogueWords);
  const [draft, setDraft] = useState(start);
  const [before, setBefore] = useState(start);
  const [problems, setProblems] = useState<Problems>({});
  const [refused, setRefused] = useState<string | null>(null);
  const [saved, setSaved] = useState('');
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const listId = useId();
  useEffect(() => {
    if (Object.keys(problems).length > 0) form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus();
  }, [problems]);

  const change = (part: Partial<Draft>) => setDraft((last) => ({ ...last, ...part }));
  const wrong = (name: string) => problems[name] && w.wrong[problems[name]];
  const settle = (outcome: Outcome) => {
    setSaved('saved' in outcome ? outcome.saved : '');
    setProblems('problems' in outcome ? outcome.problems : {});
    setRefused('refused' in outcome ? outcome.refused : 'problems' in outcome ? w.problems : null);
  };
  const save = async () => {
    const found = checkDraft(draft);
    if (Object.keys(found).length > 0) return settle({ problems: found });
    setBusy(true);
    const outcome = await onSave(draft, before);
    if ('saved' in outcome) setBefore(draft);
    settle(outcome);
    setBusy(false);
  };
  return (
    <form
      ref={form}
      noValidate
      className={styles['form']}
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void save();
      }}
    >
      {refused && <FormProblem>{refused}</FormProblem>}
      {isNew && (
        <TextField
          label={w.sku}
          hint={w.skuHint}
          value={draft.sku}
          autoComplete="off"
          problem={wrong('sku')}
          onChange={(event) => change({ sku: event.target.value.toUpperCase() })}
        />
      )}
      <TextField
        label={w.name}
        value={draft.name}
        autoComplete="off"
        problem={wrong('name')}
        onChange={(event) => change({ name: event.target.value })}
      />
      <TextArea
        label={w.description}
        value={draft.description}
        problem={wrong('description')}
        onChange={(event) => change({ description: event.target.value })}
      />
      <div className={styles['pair']}>
        <Field label={w.category} hint={w.categoryHint} problem={wrong('category')}>
          {(described) => (
            <input
              {...described}
              className={field['input']}
              list={listId}
              value={draft.category}
              autoComplete="off"
              onChange={(event) => change({ category: event.target.value })}
            />
          )}
        </Field>
        <datalist id={listId}>
          {categories.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <TextField
          label={w.price}
          hint={w.priceHint}
          value={draft.price}
          inputMode="decimal"
          autoComplete="off"
          problem={wrong('price')}
          onChange={(event) => change({ price: event.target.value })}
        />
        {isNew && (
          <TextField
            label={w.stockAtStart}
            value={draft.stock}
            inputMode="numeric"
            autoComplete="off"
            problem={wrong('stock')}
            onChange={(event) => change({ stock: event.target.value })}
          />
        )}
      </div>
      <PictureEditor
        images={draft.images}
        problems={problems}
        onChange={(edit) => setDraft((last) => ({ ...last, images: edit(last.images) }))}
      />
      <div>
        <Button type="submit" busy={busy}>
          {label}
        </Button>
        <p role="status" className="small">
          {saved}
        </p>
      </div>
    </form>
  );
}

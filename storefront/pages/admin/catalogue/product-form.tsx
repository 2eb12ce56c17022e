import { useEffect, useId, useRef, useState } from 'react';
import { Button } from '../../../design/button.tsx';
import field from '../../../design/field.module.css';
import { Field, FormProblem, TextArea, TextField } from '../../../design/field.tsx';
import { ChangedNotice } from '../../../forms/changed-notice.tsx';
import { useUnsaved } from '../../../forms/use-unsaved.ts';
import { useFormats } from '../../../messages/formats.ts';
import { useMessages } from '../../../messages/language.ts';
import { adminMessages } from '../messages.ts';
import styles from './admin-catalogue.module.css';
import { adminCatalogueMessages } from './messages.ts';
import type { Outcome, Theirs } from './outcome.ts';
import { PictureEditor } from './picture-editor.tsx';
import { type ChangedField, checkDraft, type Draft, isTyped, mergeDrafts, type Problems } from './product-draft.ts';

type Props = {
  start: Draft;
  categories: readonly string[];
  isNew: boolean;
  label: string;
  /** Of the product as it is shown at first; 0 for one that is not there yet. */
  version: number;
  /** `before`: as it was opened, or saved last; `version` the one that it was then. */
  onSave(draft: Draft, before: Draft, version: number): Promise<Outcome>;
  /** After it was saved. */
  onSaved?(): void;
};

/** The details of a product. Input is kept whatever the result. */
export function ProductForm({ start, categories, isNew, label, version, onSave, onSaved }: Props) {
  const w = useMessages(adminCatalogueMessages);
  const { unknown } = useMessages(adminMessages);
  const formats = useFormats();
  const [draft, setDraft] = useState(start);
  const [before, setBefore] = useState({ draft: start, version });
  const [meanwhile, setMeanwhile] = useState<{ theirs: Theirs; changed: readonly ChangedField[] } | null>(null);
  const [problems, setProblems] = useState<Problems>({});
  const [refused, setRefused] = useState<string | null>(null);
  const [saved, setSaved] = useState('');
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const listId = useId();
  useUnsaved(isTyped(before.draft, draft));
  useEffect(() => {
    if (Object.keys(problems).length > 0) form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus();
  }, [problems]);

  const change = (part: Partial<Draft>) => setDraft((last) => ({ ...last, ...part }));
  const wrong = (name: string) => problems[name] && w.wrong[problems[name]];
  const settle = (outcome: Outcome) => {
    setSaved('saved' in outcome ? outcome.saved : '');
    setProblems('problems' in outcome ? outcome.problems : {});
    setRefused('refused' in outcome ? outcome.refused : 'problems' in outcome ? w.problems : null);
    setMeanwhile('theirs' in outcome ? meet(outcome.theirs) : null);
  };
  /** From now on it is their product that is edited. */
  const meet = (theirs: Theirs) => {
    const merged = mergeDrafts(before.draft, draft, theirs.draft);
    setDraft(merged.draft);
    setBefore({ draft: theirs.draft, version: theirs.version });
    return { theirs, changed: merged.changed };
  };
  const save = async () => {
    const found = checkDraft(draft);
    if (Object.keys(found).length > 0) return settle({ problems: found });
    setBusy(true);
    const outcome = await onSave(draft, before.draft, before.version);
    if ('saved' in outcome) setBefore({ draft, version: outcome.version });
    settle(outcome);
    setBusy(false);
    if ('saved' in outcome) onSaved?.();
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
      {meanwhile && (
        <ChangedNotice
          lead={w.changed(meanwhile.theirs.by ?? unknown, meanwhile.theirs.at === null ? '' : formats.dateTime(meanwhile.theirs.at))}
          entries={meanwhile.changed.map(({ field: name, ...entry }) => ({ ...entry, label: w[name] }))}
          onTakeTheirs={() => {
            setDraft(meanwhile.theirs.draft);
            setMeanwhile(null);
          }}
        />
      )}
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

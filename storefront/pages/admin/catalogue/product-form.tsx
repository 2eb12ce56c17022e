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
export function ProductForm(props: Props) {
  const { categories, isNew, label } = props;
  const { unknown } = useMessages(adminMessages);
  const w = useMessages(adminCatalogueMessages);
  const formats = useFormats();
  const form = useRef<HTMLFormElement>(null);
  const editing = useEditedProduct(props);
  const { draft, change, problems, rejected, meanwhile, saved, busy } = editing;
  useEffect(() => {
    if (Object.keys(problems).length > 0) form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus();
  }, [problems]);
  return (
    <form
      ref={form}
      noValidate
      className={styles['form']}
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void editing.save();
      }}
    >
      {rejected && <FormProblem>{rejected}</FormProblem>}
      {meanwhile && (
        <ChangedNotice
          lead={w.changed(meanwhile.theirs.by ?? unknown, meanwhile.theirs.at === null ? '' : formats.dateTime(meanwhile.theirs.at))}
          entries={meanwhile.changed.map(({ field: name, ...entry }) => ({ ...entry, label: w[name] }))}
          onTakeTheirs={() => editing.take(meanwhile.theirs)}
        />
      )}
      <ProductFields {...{ draft, change, problems, categories, isNew }} />
      <PictureEditor images={draft.images} problems={problems} onChange={editing.changeImages} />
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

type FieldsProps = {
  draft: Draft;
  problems: Problems;
  categories: readonly string[];
  isNew: boolean;
  change(part: Partial<Draft>): void;
};

function ProductFields({ draft, problems, categories, isNew, change }: FieldsProps) {
  const w = useMessages(adminCatalogueMessages);
  const wrong = (name: string) => problems[name] && w.wrong[problems[name]];
  const text = (name: 'sku' | 'name' | 'description' | 'price' | 'stock') => ({
    value: draft[name],
    problem: wrong(name),
    autoComplete: 'off',
    onChange: (event: { readonly target: { readonly value: string } }) => change({ [name]: event.target.value }),
  });
  return (
    <>
      {isNew && (
        <TextField
          label={w.sku}
          hint={w.skuHint}
          {...text('sku')}
          onChange={(event) => change({ sku: event.target.value.toUpperCase() })}
        />
      )}
      <TextField label={w.name} {...text('name')} />
      <TextArea label={w.description} {...text('description')} />
      <div className={styles['pair']}>
        <CategoryField category={draft.category} known={categories} problem={wrong('category')} onChange={change} />
        <TextField label={w.price} hint={w.priceHint} inputMode="decimal" {...text('price')} />
        {isNew && <TextField label={w.stockAtStart} inputMode="numeric" {...text('stock')} />}
      </div>
    </>
  );
}

type CategoryFieldProps = {
  category: string;
  known: readonly string[];
  problem: string | undefined;
  onChange(part: Pick<Draft, 'category'>): void;
};

function CategoryField({ category, known, problem, onChange }: CategoryFieldProps) {
  const w = useMessages(adminCatalogueMessages);
  const listId = useId();
  return (
    <>
      <Field label={w.category} hint={w.categoryHint} problem={problem}>
        {(described) => (
          <input
            {...described}
            className={field['input']}
            list={listId}
            value={category}
            autoComplete="off"
            onChange={(event) => onChange({ category: event.target.value })}
          />
        )}
      </Field>
      <datalist id={listId}>
        {known.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  );
}

/** What is typed, what it was before, and what came of saving it. */
function useEditedProduct({ start, version, onSave, onSaved }: Pick<Props, 'start' | 'version' | 'onSave' | 'onSaved'>) {
  const w = useMessages(adminCatalogueMessages);
  const [draft, setDraft] = useState(start);
  const [before, setBefore] = useState({ draft: start, version });
  const [meanwhile, setMeanwhile] = useState<{ theirs: Theirs; changed: readonly ChangedField[] } | null>(null);
  const [problems, setProblems] = useState<Problems>({});
  const [rejected, setRejected] = useState<string | null>(null);
  const [saved, setSaved] = useState('');
  const [busy, setBusy] = useState(false);
  useUnsaved(isTyped(before.draft, draft));

  /** From now on it is their product that is edited. */
  const meet = (theirs: Theirs) => {
    const merged = mergeDrafts(before.draft, draft, theirs.draft);
    setDraft(merged.draft);
    setBefore({ draft: theirs.draft, version: theirs.version });
    return { theirs, changed: merged.changed };
  };
  const settle = (outcome: Outcome) => {
    setSaved('saved' in outcome ? outcome.saved : '');
    setProblems('problems' in outcome ? outcome.problems : {});
    setRejected('rejected' in outcome ? outcome.rejected : 'problems' in outcome ? w.problems : null);
    setMeanwhile('theirs' in outcome ? meet(outcome.theirs) : null);
  };
  return {
    ...{ draft, problems, rejected, meanwhile, saved, busy },
    change: (part: Partial<Draft>) => setDraft((last) => ({ ...last, ...part })),
    changeImages: (edit: (images: Draft['images']) => Draft['images']) => setDraft((last) => ({ ...last, images: edit(last.images) })),
    take(theirs: Theirs) {
      setDraft(theirs.draft);
      setMeanwhile(null);
    },
    async save() {
      const found = checkDraft(draft);
      if (Object.keys(found).length > 0) return settle({ problems: found });
      setBusy(true);
      const outcome = await onSave(draft, before.draft, before.version);
      if ('saved' in outcome) setBefore({ draft, version: outcome.version });
      settle(outcome);
      setBusy(false);
      if ('saved' in outcome) onSaved?.();
    },
  };
}

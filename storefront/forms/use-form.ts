import { type FormEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { isFine, type Problems, type Values } from './checks.ts';
import type { SubmitFailure, Trouble } from './submit-failure.ts';
import { unsaved } from './unsaved.ts';

type FormDependencies<Field extends string, Reason extends string> = {
  /** The names of its inputs. */
  fields: readonly Field[];
  check(values: Values<Field>): Problems<Field>;
  /** Null when it went through. Called once at a time, and only with values that are fine. */
  send(values: Values<Field>): Promise<SubmitFailure<Field, Reason> | null>;
  /** Leaving the page after typing into it needs a confirmation. */
  asksBeforeLeaving?: boolean;
};

type State<Field extends string, Reason extends string> = {
  readonly problems: Problems<Field>;
  readonly trouble: Trouble<Reason> | null;
};

/** For the form element. */
export type FormProps = {
  readonly ref: RefObject<HTMLFormElement | null>;
  readonly noValidate: true;
  onSubmit(event: FormEvent): void;
  onInput(event: FormEvent): void;
};

/**
 * A form that answers at once, keeps what was typed, and cannot be sent twice at a time. After a problem the focus is in the first field
 * that has one; a field that is typed into has none.
 */
export function useForm<Field extends string, Reason extends string = never>({
  fields,
  check,
  send,
  asksBeforeLeaving = false,
}: FormDependencies<Field, Reason>) {
  const element = useRef<HTMLFormElement>(null);
  const sending = useRef(false);
  const [busy, setBusy] = useState(false);
  const typed = useRef<object>({});
  const markTyped = (isTyped: boolean) => unsaved.mark(typed.current, isTyped && asksBeforeLeaving);
  useEffect(() => {
    const one = typed.current;
    return () => unsaved.mark(one, false);
  }, []);
  const [{ problems, trouble }, setState] = useState<State<Field, Reason>>({ problems: {}, trouble: null });

  const reject = ({ problems: found = {}, trouble: met = null }: Partial<State<Field, Reason>>) => {
    // the field has to know of its problem before it can be found by it
    flushSync(() => setState({ problems: found, trouble: met }));
    if (!isFine(found)) element.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus();
  };

  const submit = async () => {
    if (sending.current || element.current === null) return;
    const values = readValues(element.current, fields);
    const found = check(values);
    if (!isFine(found)) return reject({ problems: found });
    sending.current = true;
    setBusy(true);
    try {
      // what is sent leads on by itself, and is typed still when it comes back
      markTyped(false);
      const rejected = await send(values);
      if (rejected !== null) markTyped(true);
      reject(rejected ?? {});
    } finally {
      sending.current = false;
      setBusy(false);
    }
  };

  const form: FormProps = {
    ref: element,
    noValidate: true,
    onSubmit(event) {
      event.preventDefault();
      void submit();
    },
    onInput({ target }) {
      markTyped(true);
      if (!(target instanceof HTMLInputElement || target instanceof HTMLSelectElement)) return;
      const field = fields.find((name) => name === target.name);
      if (field === undefined || problems[field] === undefined) return;
      const { [field]: mended, ...others } = problems;
      setState({ problems: others as Problems<Field>, trouble });
    },
  };
  return {
    form,
    element,
    problems,
    trouble,
    busy,
  };
}

/** What stands in the inputs of a form; an input that is not there counts as empty. */
export function readValues<Field extends string>(form: HTMLFormElement, fields: readonly Field[]): Values<Field> {
  const data = new FormData(form);
  return Object.fromEntries(fields.map((field) => [field, String(data.get(field) ?? '')])) as Values<Field>;
}

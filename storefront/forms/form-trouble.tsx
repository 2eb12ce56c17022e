import { FormProblem } from '../design/field.tsx';
import { useFormats } from '../messages/formats.ts';
import { useMessages } from '../messages/language.ts';
import { formMessages } from './messages.ts';
import type { Trouble } from './submit-failure.ts';

type Props<Reason extends string> = {
  trouble: Trouble<Reason> | null;
  /** The page's texts for its own reasons. */
  because?: Readonly<Record<Reason, React.ReactNode>>;
};

/** Near the button of a form: why it did not go through, and what to do. */
export function FormTrouble<Reason extends string = never>({ trouble, because }: Props<Reason>) {
  const w = useMessages(formMessages);
  const formats = useFormats();
  if (trouble === null) return null;
  switch (trouble.kind) {
    case 'offline':
      return <FormProblem>{w.offline}</FormProblem>;
    case 'failed':
      return (
        <FormProblem>
          {w.failed} {trouble.traceId && w.traceId(trouble.traceId)}
        </FormProblem>
      );
    case 'wait': {
      const { seconds } = trouble;
      return (
        <FormProblem>
          {seconds < 120 ? formats.count(seconds, w.waitSeconds) : formats.count(Math.ceil(seconds / 60), w.waitMinutes)}
        </FormProblem>
      );
    }
    case 'busy':
      return <FormProblem>{formats.count(trouble.seconds, w.busySeconds)}</FormProblem>;
    case 'message':
      return <FormProblem>{trouble.message}</FormProblem>;
    case 'because':
      return <FormProblem>{because?.[trouble.reason]}</FormProblem>;
  }
}

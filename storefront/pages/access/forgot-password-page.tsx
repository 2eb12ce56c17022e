import { useState } from 'react';
import { useClient } from 'urql';
import { Link } from 'wouter';
import requestFile from '../../../schema/operations/storefront/request-password-reset.graphql';
import type { RequestPasswordResetMutation, RequestPasswordResetMutationVariables } from '../../../schema/operations/storefront.types.ts';
import { Button } from '../../design/button.tsx';
import { TextField } from '../../design/field.tsx';
import { checkEmail, problemsOf } from '../../forms/checks.ts';
import { FormTrouble } from '../../forms/form-trouble.tsx';
import { formMessages } from '../../forms/messages.ts';
import { fromFailedRequest, fromUserError, sameNames } from '../../forms/submit-failure.ts';
import { useForm } from '../../forms/use-form.ts';
import { registered } from '../../graph/registered.ts';
import { send } from '../../graph/send.ts';
import { useMessages } from '../../messages/language.ts';
import { usePageTitle } from '../use-page-title.ts';
import styles from './access.module.css';
import { AccessFrame } from './access-frame.tsx';
import { accessMessages } from './messages.ts';

const RequestPasswordReset = registered<RequestPasswordResetMutation, RequestPasswordResetMutationVariables>(requestFile);
const fields = ['email'] as const;

export function ForgotPasswordPage() {
  const w = useMessages(accessMessages);
  usePageTitle(w.forgotTitle);
  const [sentTo, setSentTo] = useState<string | null>(null);
  if (sentTo !== null) return <Sent email={sentTo} onAgain={() => setSentTo(null)} />;
  return (
    <AccessFrame title={w.forgotTitle} lead={w.forgotLead}>
      <RequestForm onSent={setSentTo} />
    </AccessFrame>
  );
}

/** The same for every address, so that it does not disclose who has an account. */
function Sent({ email, onAgain }: { email: string; onAgain(): void }) {
  const w = useMessages(accessMessages);
  return (
    <AccessFrame title={w.sentTitle} lead={w.sentNothing} notice={w.sent(email)}>
      <p className={styles['beside']}>
        <Button look="plain" onClick={onAgain} autoFocus>
          {w.askAgain}
        </Button>
        <Link href="/log-in">{w.toLogIn}</Link>
      </p>
    </AccessFrame>
  );
}

function RequestForm({ onSent }: { onSent(email: string): void }) {
  const w = useMessages(accessMessages);
  const say = useMessages(formMessages).problems;
  const client = useClient();
  const { form, problems, trouble, busy } = useForm<'email'>({
    fields,
    check: (values) => problemsOf(values, { email: checkEmail }),
    async send(values) {
      const email = values.email.trim();
      const sent = await send(client, RequestPasswordReset, { input: { email } });
      if (!sent.ok) return fromFailedRequest(sent);
      const answer = sent.data.requestPasswordReset;
      if (answer.__typename !== 'RequestPasswordResetSuccess') return fromUserError(answer, sameNames(fields));
      onSent(email);
      return null;
    },
  });
  return (
    <form {...form} className={styles['form']}>
      <TextField
        label={w.email}
        name="email"
        type="email"
        autoComplete="email"
        autoCapitalize="none"
        spellCheck={false}
        required
        problem={problems.email && say[problems.email]}
      />
      <FormTrouble trouble={trouble} />
      <div className={styles['beside']}>
        <Button type="submit" busy={busy}>
          {w.sendLink}
        </Button>
        <Link href="/log-in">{w.toLogIn}</Link>
      </div>
    </form>
  );
}

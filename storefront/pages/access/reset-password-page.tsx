import { useState } from 'react';
import { useClient } from 'urql';
import { useLocation } from 'wouter';
import resetFile from '../../../schema/operations/storefront/reset-password.graphql';
import type { ResetPasswordMutation, ResetPasswordMutationVariables } from '../../../schema/operations/storefront.types.ts';
import { Button, ButtonLink } from '../../design/button.tsx';
import { Empty } from '../../design/problem.tsx';
import { checkNewPassword, problemsOf } from '../../forms/checks.ts';
import { FormTrouble } from '../../forms/form-trouble.tsx';
import { PasswordField } from '../../forms/password-field.tsx';
import { fromFailedRequest, fromUserError, sameNames } from '../../forms/submit-failure.ts';
import { useForm } from '../../forms/use-form.ts';
import { registered } from '../../graph/registered.ts';
import { send } from '../../graph/send.ts';
import { useMessages } from '../../messages/language.ts';
import { useShop } from '../../shop.ts';
import { usePageTitle } from '../use-page-title.ts';
import styles from './access.module.css';
import { AccessFrame } from './access-frame.tsx';
import type { LogInNotice } from './log-in-page.tsx';
import { accessMessages } from './messages.ts';
import { useLinkToken } from './use-link-token.ts';

const ResetPassword = registered<ResetPasswordMutation, ResetPasswordMutationVariables>(resetFile);
const fields = ['newPassword'] as const;

/** Where the link of the mail leads: /reset-password?token=… */
export function ResetPasswordPage() {
  const w = useMessages(accessMessages);
  usePageTitle(w.resetTitle);
  const token = useLinkToken('/reset-password');
  // which link does not work any more
  const [old, setOld] = useState<string | null>(null);

  const newLink = <ButtonLink href="/forgot-password">{w.newLink}</ButtonLink>;
  if (token === null) return <Empty title={w.noLinkTitle} hint={w.noLink} action={newLink} />;
  if (old === token) {
    return (
      <div role="alert">
        <Empty title={w.badLinkTitle} hint={w.badLink} action={newLink} />
      </div>
    );
  }
  return (
    <AccessFrame title={w.resetTitle} lead={w.resetLead}>
      <ResetForm token={token} onOld={() => setOld(token)} />
    </AccessFrame>
  );
}

function ResetForm({ token, onOld }: { token: string; onOld(): void }) {
  const w = useMessages(accessMessages);
  const client = useClient();
  const { sessions } = useShop();
  const [, navigate] = useLocation();
  const { form, problems, trouble, busy } = useForm<'newPassword'>({
    fields,
    check: (values) => problemsOf(values, { newPassword: checkNewPassword }),
    async send({ newPassword }) {
      const sent = await send(client, ResetPassword, { input: { token, newPassword } });
      if (!sent.ok) return fromFailedRequest(sent);
      const answer = sent.data.resetPassword;
      if (answer.__typename === 'InvalidToken') {
        onOld();
        return null;
      }
      if (answer.__typename !== 'ResetPasswordSuccess') return fromUserError(answer, sameNames(fields));
      navigate<LogInNotice>('/log-in', { replace: true, state: { notice: 'reset' } });
      // the account's sessions are over, and this browser may have had one
      if (sessions.current()?.user.id === answer.user.id) sessions.end('left');
      return null;
    },
  });
  return (
    <form {...form} className={styles['form']}>
      <PasswordField label={w.newPassword} name="newPassword" problem={problems.newPassword} isNew />
      <FormTrouble trouble={trouble} />
      <Button type="submit" busy={busy}>
        {w.setPassword}
      </Button>
    </form>
  );
}

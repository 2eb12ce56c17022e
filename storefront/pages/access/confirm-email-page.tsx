import { useState } from 'react';
import { useClient } from 'urql';
import confirmFile from '../../../schema/operations/storefront/confirm-email.graphql';
import type { ConfirmEmailMutation, ConfirmEmailMutationVariables } from '../../../schema/operations/storefront.types.ts';
import { Button, ButtonLink } from '../../design/button.tsx';
import { Empty } from '../../design/problem.tsx';
import { FormTrouble } from '../../forms/form-trouble.tsx';
import { fromFailedRequest } from '../../forms/submit-failure.ts';
import { useForm } from '../../forms/use-form.ts';
import { registered } from '../../graph/registered.ts';
import { send } from '../../graph/send.ts';
import { useMessages } from '../../messages/language.ts';
import { useSession } from '../../shop.ts';
import { usePageTitle } from '../use-page-title.ts';
import styles from './access.module.css';
import { AccessFrame } from './access-frame.tsx';
import { accessMessages } from './messages.ts';
import { useLinkToken } from './use-link-token.ts';

const ConfirmEmail = registered<ConfirmEmailMutation, ConfirmEmailMutationVariables>(confirmFile);

/** Where the link of the mail leads: /confirm-email?token=… Programs that look at links before people do press no button. */
export function ConfirmEmailPage() {
  const w = useMessages(accessMessages);
  usePageTitle(w.confirmTitle);
  const token = useLinkToken('/confirm-email');
  // of which link it is known
  const [outcome, setOutcome] = useState<{ readonly token: string; readonly confirmed: boolean } | null>(null);
  const isLoggedIn = useSession() !== null;
  const onward = isLoggedIn ? <ButtonLink href="/account">{w.toAccount}</ButtonLink> : <ButtonLink href="/log-in">{w.toLogIn}</ButtonLink>;

  if (token === null) return <Empty title={w.noLinkTitle} hint={w.noConfirmLink} action={onward} />;
  if (outcome?.token !== token) {
    return (
      <AccessFrame title={w.confirmTitle} lead={w.confirmLead}>
        <ConfirmForm token={token} onAnswer={(confirmed) => setOutcome({ token, confirmed })} />
      </AccessFrame>
    );
  }
  return (
    <div role={outcome.confirmed ? 'status' : 'alert'}>
      <Empty
        title={outcome.confirmed ? w.confirmedTitle : w.badLinkTitle}
        hint={outcome.confirmed ? w.confirmed : w.badConfirmLink}
        action={onward}
      />
    </div>
  );
}

function ConfirmForm({ token, onAnswer }: { token: string; onAnswer(confirmed: boolean): void }) {
  const w = useMessages(accessMessages);
  const client = useClient();
  const { form, trouble, busy } = useForm<never>({
    fields: [],
    check: () => ({}),
    async send() {
      const sent = await send(client, ConfirmEmail, { input: { token } });
      if (!sent.ok) return fromFailedRequest(sent);
      onAnswer(sent.data.confirmEmail.__typename === 'ConfirmEmailSuccess');
      return null;
    },
  });
  return (
    <form {...form} className={styles['form']}>
      <FormTrouble trouble={trouble} />
      <Button type="submit" busy={busy}>
        {w.confirm}
      </Button>
    </form>
  );
}

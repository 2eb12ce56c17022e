import { useClient } from 'urql';
import changeEmailFile from '../../../schema/operations/storefront/change-email.graphql';
import changePasswordFile from '../../../schema/operations/storefront/change-password.graphql';
import type {
  ChangeEmailMutation,
  ChangeEmailMutationVariables,
  ChangePasswordMutation,
  ChangePasswordMutationVariables,
} from '../../../schema/operations/storefront.types.ts';
import { TextField } from '../../design/field.tsx';
import { checkEmail, checkPassword, checkPasswordOf, problemsOf } from '../../forms/checks.ts';
import { formMessages } from '../../forms/messages.ts';
import { PasswordField } from '../../forms/password-field.tsx';
import { fromFailedRequest, fromUserError, sameNames } from '../../forms/submit-failure.ts';
import { useForm } from '../../forms/use-form.ts';
import { registered } from '../../graph/registered.ts';
import { send } from '../../graph/send.ts';
import { useMessages } from '../../messages/language.ts';
import { useShop } from '../../shop.ts';
import { Fold } from './fold.tsx';
import { FoldedForm } from './folded-form.tsx';
import { accountMessages } from './messages.ts';

const ChangeEmail = registered<ChangeEmailMutation, ChangeEmailMutationVariables>(changeEmailFile);
const ChangePassword = registered<ChangePasswordMutation, ChangePasswordMutationVariables>(changePasswordFile);

type Close = (status?: string) => void;

export function EmailChange() {
  const w = useMessages(accountMessages);
  return <Fold label={w.changeEmail}>{(close) => <EmailForm close={close} />}</Fold>;
}

const emailFields = ['email', 'password'] as const;

function EmailForm({ close }: { close: Close }) {
  const w = useMessages(accountMessages);
  const say = useMessages(formMessages).problems;
  const client = useClient();
  const form = useForm<(typeof emailFields)[number]>({
    fields: emailFields,
    asksBeforeLeaving: true,
    check: (values) => problemsOf(values, { email: checkEmail, password: checkPassword }),
    async send({ email, password }) {
      const sent = await send(client, ChangeEmail, { input: { email: email.trim(), password } });
      if (!sent.ok) return fromFailedRequest(sent);
      const answer = sent.data.changeEmail;
      if (answer.__typename === 'WrongCredentials') return { problems: { password: 'wrongPassword' } };
      if (answer.__typename !== 'ChangeEmailSuccess') return fromUserError(answer, sameNames(emailFields));
      close(w.emailChanged);
      return null;
    },
  });
  const { problems } = form;
  return (
    <FoldedForm of={form} label={w.changeEmail} onCancel={() => close()}>
      <TextField
        label={w.newEmail}
        hint={w.emailHint}
        name="email"
        type="email"
        autoComplete="email"
        autoCapitalize="none"
        spellCheck={false}
        required
        problem={problems.email && say[problems.email]}
      />
      <PasswordField label={w.currentPassword} name="password" problem={problems.password} />
    </FoldedForm>
  );
}

export function PasswordChange({ names }: { names: readonly string[] }) {
  const w = useMessages(accountMessages);
  return <Fold label={w.changePassword}>{(close) => <PasswordForm names={names} close={close} />}</Fold>;
}

const passwordFields = ['currentPassword', 'newPassword'] as const;

function PasswordForm({ names, close }: { names: readonly string[]; close: Close }) {
  const w = useMessages(accountMessages);
  const client = useClient();
  const { sessions } = useShop();
  const form = useForm<(typeof passwordFields)[number]>({
    fields: passwordFields,
    asksBeforeLeaving: true,
    check: (values) => problemsOf(values, { currentPassword: checkPassword, newPassword: checkPasswordOf(...names) }),
    async send(input) {
      const sent = await send(client, ChangePassword, { input });
      if (!sent.ok) return fromFailedRequest(sent);
      const answer = sent.data.changePassword;
      if (answer.__typename === 'WrongCredentials') return { problems: { currentPassword: 'wrongPassword' } };
      if (answer.__typename !== 'ChangePasswordSuccess') return fromUserError(answer, sameNames(passwordFields));
      // the session until now has ended like all others
      sessions.begin(answer.session);
      close(w.passwordChanged);
      return null;
    },
  });
  return (
    <FoldedForm of={form} label={w.changePassword} onCancel={() => close()}>
      <PasswordField label={w.oldPassword} name="currentPassword" problem={form.problems.currentPassword} />
      <PasswordField label={w.newPassword} name="newPassword" problem={form.problems.newPassword} isNew />
    </FoldedForm>
  );
}

import { useClient } from 'urql';
import { Redirect, useSearch } from 'wouter';
import registerFile from '../../../schema/operations/storefront/register.graphql';
import type { RegisterMutation, RegisterMutationVariables } from '../../../schema/operations/storefront.types.ts';
import { Button, ButtonLink } from '../../design/button.tsx';
import { TextField } from '../../design/field.tsx';
import { checkEmail, checkPasswordOf, checkUsername, problemsOf } from '../../forms/checks.ts';
import { FormTrouble } from '../../forms/form-trouble.tsx';
import { formMessages } from '../../forms/messages.ts';
import { PasswordField } from '../../forms/password-field.tsx';
import { fromFailedRequest, fromUserError, type SubmitFailure, sameNames } from '../../forms/submit-failure.ts';
import { useForm } from '../../forms/use-form.ts';
import { registered } from '../../graph/registered.ts';
import { send } from '../../graph/send.ts';
import { useMessages } from '../../messages/language.ts';
import { useSession, useShop } from '../../shop.ts';
import { usePageTitle } from '../use-page-title.ts';
import styles from './access.module.css';
import { AccessFrame } from './access-frame.tsx';
import { accessMessages } from './messages.ts';
import { safeNext, withNext } from './next.ts';

const Register = registered<RegisterMutation, RegisterMutationVariables>(registerFile);
const fields = ['email', 'username', 'password'] as const;
type Field = (typeof fields)[number];

export function RegisterPage() {
  const w = useMessages(accessMessages);
  usePageTitle(w.registerTitle);
  const next = safeNext(new URLSearchParams(useSearch()).get('next'));
  if (useSession()) return <Redirect to={next} replace />;
  return (
    <AccessFrame title={w.registerTitle} lead={next === '/checkout' ? w.forCheckoutLead : w.registerLead}>
      <RegisterForm />
      <p className={styles['beside']}>
        {w.haveAccount}{' '}
        <ButtonLink href={withNext('/log-in', next)} look="plain">
          {w.logIn}
        </ButtonLink>
      </p>
    </AccessFrame>
  );
}

function RegisterForm() {
  const w = useMessages(accessMessages);
  const say = useMessages(formMessages).problems;
  const client = useClient();
  const { sessions } = useShop();
  const { form, problems, trouble, busy } = useForm<Field>({
    fields,
    check: (values) =>
      problemsOf(values, { email: checkEmail, username: checkUsername, password: checkPasswordOf(values.email, values.username) }),
    async send({ email, username, password }) {
      const sent = await send(client, Register, { input: { email: email.trim(), username: username.trim(), password } });
      if (!sent.ok) return fromFailedRequest(sent);
      const answer = sent.data.register;
      if (answer.__typename === 'RegisterSuccess') {
        sessions.begin(answer.session);
        return null;
      }
      return taken(answer.__typename) ?? fromUserError(answer, sameNames(fields));
    },
  });
  const plain = { autoCapitalize: 'none', autoCorrect: 'off', spellCheck: false, required: true };
  return (
    <form {...form} className={styles['form']}>
      <TextField
        {...plain}
        label={w.email}
        hint={w.emailHint}
        name="email"
        type="email"
        autoComplete="email"
        problem={problems.email && say[problems.email]}
      />
      <TextField
        {...plain}
        label={w.username}
        hint={w.usernameHint}
        name="username"
        autoComplete="username"
        problem={problems.username && say[problems.username]}
      />
      <PasswordField label={w.password} name="password" problem={problems.password} isNew />
      <FormTrouble trouble={trouble} />
      <Button type="submit" busy={busy}>
        {w.register}
      </Button>
    </form>
  );
}

function taken(userError: string): SubmitFailure<Field> | null {
  return userError === 'UsernameTaken' ? { problems: { username: 'usernameTaken' } } : null;
}

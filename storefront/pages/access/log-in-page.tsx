import { useClient } from 'urql';
import { Link, Redirect, useSearch } from 'wouter';
import { useHistoryState } from 'wouter/use-browser-location';
import logInFile from '../../../schema/operations/storefront/log-in.graphql';
import type { LogInMutation, LogInMutationVariables } from '../../../schema/operations/storefront.types.ts';
import { Button, ButtonLink } from '../../design/button.tsx';
import { TextField } from '../../design/field.tsx';
import { checkGiven, checkPassword, problemsOf } from '../../forms/checks.ts';
import { FormTrouble } from '../../forms/form-trouble.tsx';
import { formMessages } from '../../forms/messages.ts';
import { PasswordField } from '../../forms/password-field.tsx';
import { fromFailedRequest, fromUserError, sameNames } from '../../forms/submit-failure.ts';
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

const LogIn = registered<LogInMutation, LogInMutationVariables>(logInFile);
const fields = ['login', 'password'] as const;

/** What other pages hand over to this one: something was done, and that is why one is here. */
export type LogInNotice = { readonly notice: 'reset' | 'closed' };

export function LogInPage() {
  const w = useMessages(accessMessages);
  usePageTitle(w.logIn);
  const next = safeNext(new URLSearchParams(useSearch()).get('next'));
  const isForCheckout = next === '/checkout';
  const notice = useNotice();
  // also after a log-in here or in another tab
  if (useSession()) return <Redirect to={next} replace />;
  const newHere = (
    <ButtonLink href={withNext('/register', next)} look="plain">
      {w.register}
    </ButtonLink>
  );
  return (
    <AccessFrame
      title={isForCheckout ? w.forCheckout : w.logIn}
      lead={isForCheckout ? w.forCheckoutLead : w.logInLead}
      notice={notice === null ? undefined : w.notices[notice]}
    >
      <LogInForm />
      <p className={styles['beside']}>
        {w.noAccount} {newHere}
      </p>
    </AccessFrame>
  );
}

function useNotice(): LogInNotice['notice'] | null {
  const state = useHistoryState<Partial<LogInNotice> | null>();
  return state?.notice === 'reset' || state?.notice === 'closed' ? state.notice : null;
}

function LogInForm() {
  const w = useMessages(accessMessages);
  const say = useMessages(formMessages).problems;
  const client = useClient();
  const { sessions } = useShop();
  const { form, problems, trouble, busy } = useForm<(typeof fields)[number], 'wrongLogin'>({
    fields,
    check: (values) => problemsOf(values, { login: checkGiven, password: checkPassword }),
    async send({ login, password }) {
      const sent = await send(client, LogIn, { input: { login: login.trim(), password } });
      if (!sent.ok) return fromFailedRequest(sent);
      const answer = sent.data.logIn;
      if (answer.__typename === 'LogInSuccess') {
        sessions.begin(answer.session);
        return null;
      }
      return fromUserError(answer, sameNames(fields)) ?? { trouble: { kind: 'because', reason: 'wrongLogin' } };
    },
  });
  return (
    <form {...form} className={styles['form']}>
      <TextField
        label={w.login}
        name="login"
        problem={problems.login && say[problems.login]}
        autoComplete="username"
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        required
      />
      <PasswordField label={w.password} name="password" problem={problems.password} />
      <FormTrouble trouble={trouble} because={{ wrongLogin: w.wrongLogin }} />
      <div className={styles['beside']}>
        <Button type="submit" busy={busy}>
          {w.logIn}
        </Button>
        <Link href="/forgot-password">{w.forgot}</Link>
      </div>
    </form>
  );
}

import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import type { Role } from './actors.ts';
import { useShop, useSignal } from './hooks.ts';

const roles: readonly { role: Role; label: string }[] = [
  { role: 'guest', label: 'Guest' },
  { role: 'customer', label: 'Customer' },
  { role: 'admin', label: 'Admin' },
];

/** One click logs in; every later request carries the token. */
export function Who() {
  const { actors } = useShop();
  const { session, asks, isBusy, problem } = useSignal(actors.acting);
  const current: Role = session === null ? 'guest' : session.role === 'ADMIN' ? 'admin' : 'customer';
  return (
    <div className="who">
      <fieldset className="who-roles" disabled={isBusy}>
        <legend>Act as</legend>
        {roles.map(({ role, label }) => (
          <button key={role} type="button" aria-pressed={role === current} onClick={() => void actors.actAs(role)}>
            {label}
          </button>
        ))}
      </fieldset>
      <p className="who-told" role="status">
        {isBusy && 'Logging in …'}
        {!isBusy && problem}
        {!(isBusy || problem) && session && (
          <>
            <strong>{session.name}</strong>; the header <code>authorization</code> is sent.
          </>
        )}
        {!(isBusy || problem || session) && 'No header is sent.'}
      </p>
      {asks !== null && <LogIn key={asks} role={asks} />}
    </div>
  );
}

function LogIn({ role }: { role: Role }) {
  const { actors } = useShop();
  const id = useId();
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const first = useRef<HTMLInputElement>(null);
  // it appears because its button was pressed
  useEffect(() => first.current?.focus(), []);
  const send = (event: FormEvent) => {
    event.preventDefault();
    void actors.logIn({ login, password });
  };
  return (
    <form className="who-form" aria-label={`Log in as ${role}`} onSubmit={send}>
      <label htmlFor={`${id}-login`}>Email or username</label>
      <input
        id={`${id}-login`}
        ref={first}
        autoComplete="username"
        required
        value={login}
        onChange={(event) => setLogin(event.target.value)}
      />
      <label htmlFor={`${id}-password`}>Password</label>
      <input
        id={`${id}-password`}
        type="password"
        autoComplete="current-password"
        required
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      <div className="who-buttons">
        <button type="submit" className="strong">
          Log in
        </button>
        <button type="button" onClick={() => actors.forget()}>
          Cancel
        </button>
      </div>
    </form>
  );
}

import { useClient } from 'urql';
import { useLocation } from 'wouter';
import logOutFile from '../../../schema/operations/storefront/log-out.graphql';
import type { LogOutMutation, LogOutMutationVariables } from '../../../schema/operations/storefront.types.ts';
import { registered } from '../../graph/registered.ts';
import { send } from '../../graph/send.ts';
import { useLeave } from '../../layout/leave-guard.tsx';
import { useShop } from '../../shop.ts';

const LogOut = registered<LogOutMutation, LogOutMutationVariables>(logOutFile);

/** Logs out locally at once and revokes the session at the server; if that request fails, the session expires by age. */
export function useLogOut(): () => void {
  const client = useClient();
  const { sessions } = useShop();
  const [, navigate] = useLocation();
  const leave = useLeave();
  return () =>
    leave(() => {
      const session = sessions.current();
      if (session === null) return;
      void send(client, LogOut, { input: { refreshToken: session.refreshToken } });
      navigate('/');
      sessions.end('left');
    });
}

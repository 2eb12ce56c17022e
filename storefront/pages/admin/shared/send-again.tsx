import sendFile from '../../../../schema/operations/admin/send-mail-again.graphql';
import type { SendMailAgainMutation, SendMailAgainMutationVariables } from '../../../../schema/operations/admin.types.ts';
import { Confirm } from '../../../design/confirm.tsx';
import { registered } from '../../../graph/registered.ts';
import { useMessages } from '../../../messages/language.ts';
import { mailMessages } from './mail-messages.ts';
import { useAct } from './use-act.ts';

const SendMailAgain = registered<SendMailAgainMutation, SendMailAgainMutationVariables>(sendFile);

/** For a mail that has failed: sends it again, after asking. */
export function SendAgain({ mailId, onDone }: { mailId: string; onDone(): void }) {
  const w = useMessages(mailMessages);
  const act = useAct();
  return (
    <Confirm
      label={w.again}
      title={w.againAsk}
      dismissLabel={w.againDismiss}
      onConfirm={async () => {
        const rejected = await act(SendMailAgain, { input: { id: mailId } });
        if (rejected === null) onDone();
        return rejected;
      }}
    >
      <p>{w.againMore}</p>
    </Confirm>
  );
}

import { useFormats } from '../../../messages/formats.ts';
import { useMessages } from '../../../messages/language.ts';
import adminStyles from '../admin.module.css';
import { mailMessages } from '../shared/mail-messages.ts';
import { SendAgain } from '../shared/send-again.tsx';
import { storyMessages } from './messages.ts';
import styles from './story.module.css';
import type { Story } from './use-story.ts';

type Mail = NonNullable<Story['mails']>[number];

/** The mails sent to the customer, with their full text. */
export function Mails({ mails, onSentAgain }: { mails: readonly Mail[] | null; onSentAgain(): void }) {
  const w = useMessages(storyMessages);
  return (
    <section className={adminStyles['panel']} aria-labelledby="mails">
      <h2 id="mails">{w.mails}</h2>
      {mails === null && <p className="quiet">{w.mailsGone}</p>}
      {mails?.length === 0 && <p className="quiet">{w.noMails}</p>}
      <ul className={styles['mails']}>
        {mails?.map((mail) => (
          <MailItem key={mail.id} mail={mail} onSentAgain={onSentAgain} />
        ))}
      </ul>
    </section>
  );
}

function MailItem({ mail, onSentAgain }: { mail: Mail; onSentAgain(): void }) {
  const w = useMessages(storyMessages);
  const messages = useMessages(mailMessages);
  const formats = useFormats();
  const tone = mail.status === 'SENT' ? adminStyles['good'] : mail.status === 'FAILED' ? adminStyles['bad'] : '';
  return (
    <li>
      <p>
        <strong>{mail.subject ?? messages.kind[mail.kind] ?? mail.kind}</strong>
      </p>
      <p className={styles['by']}>
        <span className={`${adminStyles['chip']} ${tone}`}>{w.mailStatus[mail.status]}</span>
        <time dateTime={mail.sentAt ?? mail.queuedAt} className="figures quiet">
          {formats.clock(mail.sentAt ?? mail.queuedAt)}
        </time>
        {mail.recipient && <span className="quiet">{mail.recipient}</span>}
        {mail.attempts > 1 && <span className="quiet">{messages.attempts(formats.number(mail.attempts))}</span>}
      </p>
      {mail.reason && <p className="small">{mail.reason}</p>}
      {mail.status === 'FAILED' && <SendAgain mailId={mail.id} onDone={onSentAgain} />}
      {mail.text && (
        <details>
          <summary className={adminStyles['summary']}>{w.readMail}</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard */}
          <pre className={adminStyles['text']} tabIndex={0}>
            {mail.text}
          </pre>
        </details>
      )}
    </li>
  );
}

import { useCardName } from '../../../messages/cards.ts';
import { useFormats } from '../../../messages/formats.ts';
import { useMessages } from '../../../messages/language.ts';
import adminStyles from '../admin.module.css';
import { ScrollBox } from '../shared/scroll-box.tsx';
import { storyMessages } from './messages.ts';
import type { Story } from './use-story.ts';

type Payment = NonNullable<Story['payment']>;

const toneOf: Readonly<Record<string, string | undefined>> = {
  SUCCEEDED: adminStyles['good'],
  CAPTURED: adminStyles['good'],
  DECLINED: adminStyles['bad'],
  FAILED: adminStyles['bad'],
};

/** The money of the order: what the shop holds of it, and what the provider has written down. */
export function PaymentPanel({ payment }: { payment: Payment | null }) {
  const w = useMessages(storyMessages);
  const formats = useFormats();
  const cardName = useCardName();
  return (
    <section className={adminStyles['panel']} aria-labelledby="payment">
      <h2 id="payment">{w.payment}</h2>
      {payment === null ? (
        <p className="quiet">{w.noPayment}</p>
      ) : (
        <div className="stack">
          <p>
            <span className={`${adminStyles['chip']} ${toneOf[payment.status] ?? ''}`}>{w.paymentStatus[payment.status]}</span>{' '}
            <span className="figures">{formats.money(payment.amount)}</span>
            {payment.method && <span className="quiet small"> · {cardName(payment.method)}</span>}
          </p>
          {payment.failure && <p className="small">{w.failure[payment.failure.code] ?? payment.failure.message}</p>}
          <Ledger ledger={payment.ledger} />
          {payment.refunds.length > 0 && <Refunds refunds={payment.refunds} />}
        </div>
      )}
    </section>
  );
}

function Ledger({ ledger }: { ledger: Payment['ledger'] }) {
  const w = useMessages(storyMessages);
  const formats = useFormats();
  if (ledger === null || ledger.length === 0) return <p className="quiet small">{w.noLedger}</p>;
  return (
    <ScrollBox label={w.ledger}>
      <table className={adminStyles['table']}>
        <caption className="visually-hidden">{w.ledger}</caption>
        <thead>
          <tr>
            <th scope="col">{w.what}</th>
            <th scope="col">{w.became}</th>
            <th scope="col" className={adminStyles['right']}>
              {w.amount}
            </th>
            <th scope="col">{w.when}</th>
          </tr>
        </thead>
        <tbody>
          {ledger.map((row) => (
            <tr key={row.id}>
              <td>{w.kind[row.kind]}</td>
              <td>
                <span className={`${adminStyles['chip']} ${toneOf[row.outcome] ?? ''}`}>{w.outcome[row.outcome]}</span>
                {row.note && <p className="quiet small">{row.note}</p>}
              </td>
              <td className={`${adminStyles['right']} figures`}>{formats.money(row.amount)}</td>
              <td className="figures">{formats.clock(row.at)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}

function Refunds({ refunds }: { refunds: Payment['refunds'] }) {
  const w = useMessages(storyMessages);
  const formats = useFormats();
  return (
    <div>
      <h3>{w.refunds}</h3>
      <ul>
        {refunds.map((refund) => (
          <li key={refund.id} className="small">
            <span className="figures">{formats.money(refund.amount)}</span> · {w.refundStatus[refund.status]} ·{' '}
            <span className="figures quiet">{formats.clock(refund.completedAt ?? refund.requestedAt)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

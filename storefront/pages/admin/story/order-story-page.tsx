import { useState } from 'react';
import { Link, useParams } from 'wouter';
import { addressLines } from '#platform/address/address.ts';
import { ConnectionDot } from '../../../design/connection-dot.tsx';
import { Problem } from '../../../design/problem.tsx';
import { PageSkeleton } from '../../../design/skeleton.tsx';
import { StatusBadge } from '../../../design/status.tsx';
import { countryName } from '../../../forms/countries.ts';
import { commonMessages } from '../../../messages/common.ts';
import { useFormats } from '../../../messages/formats.ts';
import { useLanguage, useMessages } from '../../../messages/language.ts';
import { usePageTitle } from '../../use-page-title.ts';
import adminStyles from '../admin.module.css';
import { LogsPanel } from '../logs/logs-panel.tsx';
import { adminMessages } from '../messages.ts';
import { TracePanel } from '../trace/trace-panel.tsx';
import { tracesOf } from '../trace/waterfall.ts';
import { Actions } from './actions.tsx';
import { Events } from './events.tsx';
import { Mails } from './mails.tsx';
import { storyMessages } from './messages.ts';
import { PaymentPanel } from './payment.tsx';
import styles from './story.module.css';
import { type Story, useStory } from './use-story.ts';

/** One order with the data of every subgraph. */
export function OrderStoryPage() {
  const { id = '' } = useParams<{ id: string }>();
  const w = useMessages(storyMessages);
  const messages = useMessages(adminMessages);
  const formats = useFormats();
  const { data, loading, problem, traceId, again } = useStory(id);
  const [shownTrace, setShownTrace] = useState<string | null>(null);
  const order = data?.order;
  usePageTitle(order && w.title(order.number));
  if (problem && !order) return <Problem code={problem} traceId={traceId} onAgain={again} />;
  if (loading) return <PageSkeleton />;
  if (!order) return <Problem code="NOT_FOUND" />;
  return (
    <>
      <p className="small">
        <Link href="/admin/orders">{w.back}</Link>
      </p>
      <div className={adminStyles['head']}>
        <h1>{w.title(order.number)}</h1>
        {isGoingOn(order.status) && <ConnectionDot />}
      </div>
      <div className={styles['top']}>
        <p className={styles['state']} role="status">
          <StatusBadge status={order.status} />
          {order.cancelReason && (
            <span className={`${adminStyles['chip']} ${adminStyles['bad']}`}>{messages.reasons[order.cancelReason]}</span>
          )}
          <span className="figures">{formats.money(order.total)}</span>
          <span className="quiet small">
            {messages.placed} {formats.dateTime(order.placedAt)}
          </span>
        </p>
        <Actions order={order} onDone={again} />
      </div>
      <TracePanel traces={tracesOf(order.events ?? [])} chosen={shownTrace} onChoose={setShownTrace} />
      <LogsPanel
        order={order.number}
        onTrace={(id) => {
          setShownTrace(id);
          // it is above, perhaps out of sight
          document.getElementById('trace')?.focus();
        }}
      />
      <div className={styles['columns']}>
        <Events events={order.events} />
        <div className={styles['side']}>
          <PaymentPanel payment={order.payment} />
          <Mails mails={order.mails} onSentAgain={again} />
          <Lines order={order} />
          <CustomerPanel order={order} />
          <History order={order} />
        </div>
      </div>
    </>
  );
}

/** An order in a final status has no more updates: its subscription has ended. */
const isGoingOn = (status: Story['status']): boolean => !['DELIVERED', 'CANCELLED', 'REFUNDED'].includes(status);

function Lines({ order }: { order: Story }) {
  const w = useMessages(storyMessages);
  const formats = useFormats();
  return (
    <section className={adminStyles['panel']} aria-labelledby="lines">
      <h2 id="lines">{w.lines}</h2>
      <ul className={styles['lines']}>
        {order.lines.map((line) => (
          <li key={line.productId}>
            <Link href={`/admin/catalogue/${line.productId}`}>{line.name}</Link>
            <span className="figures quiet">
              {formats.number(line.quantity)} × {formats.money(line.unitPrice)}
            </span>
            <span className="figures">{formats.money(line.lineTotal)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function CustomerPanel({ order: { customer, shippingAddress: to } }: { order: Story }) {
  const w = useMessages(storyMessages);
  const language = useLanguage();
  return (
    <section className={adminStyles['panel']} aria-labelledby="customer">
      <h2 id="customer">{w.customer}</h2>
      {customer ? (
        <p>
          {customer.username} <span className="quiet small">{customer.email}</span>
          <br />
          <Link href={`/admin/orders?customer=${customer.id}`}>{w.customerOrders}</Link>
        </p>
      ) : (
        <p className="quiet">{w.noCustomer}</p>
      )}
      <h3 className={styles['sub']}>{w.address}</h3>
      <address className={styles['address']}>
        {[to.name, ...addressLines(to), countryName(to.country, language), to.phone].filter(Boolean).join('\n')}
      </address>
    </section>
  );
}

function History({ order }: { order: Story }) {
  const w = useMessages(storyMessages);
  const common = useMessages(commonMessages);
  const formats = useFormats();
  return (
    <section className={adminStyles['panel']} aria-labelledby="history">
      <h2 id="history">{w.history}</h2>
      <ol className={styles['history']}>
        {order.history.map(({ version, status, at, cause }) => (
          <li key={version}>
            <span className="figures quiet">{formats.clock(at)}</span>
            <span>{common.status[status]}</span>
            {w.caused[cause] ? (
              <span className="quiet small">{w.caused[cause]}</span>
            ) : (
              <span className={`${adminStyles['mono']} quiet`}>{cause}</span>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

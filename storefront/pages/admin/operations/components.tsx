import type { VitalsQuery } from '../../../../schema/operations/admin.types.ts';
import { Skeleton } from '../../../design/skeleton.tsx';
import { useFormats } from '../../../messages/formats.ts';
import { useMessages } from '../../../messages/language.ts';
import adminStyles from '../admin.module.css';
import { ScrollBox } from '../shared/scroll-box.tsx';
import { operationsMessages } from './messages.ts';

type Component = NonNullable<VitalsQuery['components']>[number];
type Consumer = NonNullable<VitalsQuery['consumers']>[number];

/** Undefined: on its way; null: it cannot be asked. */
export function ComponentsPanel({ components }: { components: readonly Component[] | null | undefined }) {
  const w = useMessages(operationsMessages);
  return (
    <section className={adminStyles['panel']} aria-labelledby="components">
      <h2 id="components">{w.components}</h2>
      {components === undefined && <Skeleton height="24rem" />}
      {components === null && <p className="quiet">{w.noComponents}</p>}
      {components && (
        <ScrollBox label={w.components}>
          <table className={adminStyles['table']}>
            <thead>
              <tr>
                <th scope="col">{w.component}</th>
                <th scope="col">{w.state}</th>
                <th scope="col">{w.outbox}</th>
                <th scope="col" className={adminStyles['right']}>
                  {w.answeredIn}
                </th>
                <th scope="col" className={adminStyles['right']}>
                  {w.memory}
                </th>
                <th scope="col">{w.since}</th>
              </tr>
            </thead>
            <tbody>
              {components.map((component) => (
                <ComponentRow key={component.name} component={component} />
              ))}
            </tbody>
          </table>
        </ScrollBox>
      )}
    </section>
  );
}

function ComponentRow({ component }: { component: Component }) {
  const w = useMessages(operationsMessages);
  const formats = useFormats();
  return (
    <tr data-component={component.name}>
      <td>
        <strong>{component.name}</strong> <span className="quiet small">{w.kinds[component.kind]}</span>
      </td>
      <td>
        <span className={`${adminStyles['chip']} ${component.ready ? adminStyles['good'] : adminStyles['bad']}`}>
          {component.ready ? w.ready : w.notReady}
        </span>
        {component.unhealthyReason && <p className="small">{component.unhealthyReason}</p>}
      </td>
      <td className="figures">{component.outbox ? <OutboxText {...component.outbox} /> : <span className="quiet">–</span>}</td>
      <td className={`${adminStyles['right']} figures`}>
        {component.answeredInMs === null ? '–' : formats.duration(component.answeredInMs)}
      </td>
      <td className={`${adminStyles['right']} figures`}>
        {component.memoryMb === null ? '–' : `${formats.number(component.memoryMb)} MB`}
      </td>
      <td className="figures">{component.startedAt === null ? '–' : formats.dateTime(component.startedAt)}</td>
    </tr>
  );
}

function OutboxText({ messages, oldestSeconds }: { messages: number; oldestSeconds: number }) {
  const w = useMessages(operationsMessages);
  const formats = useFormats();
  if (messages === 0) return <span className="quiet">{w.allTold}</span>;
  return w.outboxOf(formats.number(messages), formats.duration(oldestSeconds * 1000));
}

export function ConsumersPanel({ consumers }: { consumers: readonly Consumer[] | null | undefined }) {
  const w = useMessages(operationsMessages);
  const formats = useFormats();
  return (
    <section className={adminStyles['panel']} aria-labelledby="consumers">
      <h2 id="consumers">{w.consumers}</h2>
      {consumers === undefined && <Skeleton height="18rem" />}
      {consumers === null && <p className="quiet">{w.noConsumers}</p>}
      {consumers && (
        <ScrollBox label={w.consumers}>
          <table className={adminStyles['table']}>
            <thead>
              <tr>
                <th scope="col">{w.service}</th>
                <th scope="col">{w.topic}</th>
                <th scope="col" className={adminStyles['right']}>
                  {w.lag}
                </th>
                <th scope="col" className={adminStyles['right']}>
                  {w.members}
                </th>
              </tr>
            </thead>
            <tbody>
              {consumers.map(({ id, service, topic, lag, members }) => (
                <tr key={id}>
                  <td>{service}</td>
                  <td>{topic}</td>
                  <td className={`${adminStyles['right']} figures`}>{formats.number(lag)}</td>
                  <td className={`${adminStyles['right']} figures`}>
                    {members === 0 ? (
                      <span className={`${adminStyles['chip']} ${adminStyles['bad']}`}>{w.nobody}</span>
                    ) : (
                      formats.number(members)
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollBox>
      )}
    </section>
  );
}

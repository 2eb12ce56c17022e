import type { VitalsQuery } from '../../../../schema/operations/admin.types.ts';
import { Skeleton } from '../../../design/skeleton.tsx';
import { useFormats } from '../../../words/formats.ts';
import { useWords } from '../../../words/language.ts';
import desk from '../desk.module.css';
import { ScrollBox } from '../parts/scroll-box.tsx';
import { operationsWords } from './words.ts';

type Part = NonNullable<VitalsQuery['parts']>[number];
type Consumer = NonNullable<VitalsQuery['consumers']>[number];

/** Undefined: on its way; null: it cannot be asked. */
export function PartsPanel({ parts }: { parts: readonly Part[] | null | undefined }) {
  const w = useWords(operationsWords);
  return (
    <section className={desk['panel']} aria-labelledby="parts">
      <h2 id="parts">{w.parts}</h2>
      {parts === undefined && <Skeleton height="24rem" />}
      {parts === null && <p className="quiet">{w.noParts}</p>}
      {parts && (
        <ScrollBox label={w.parts}>
          <table className={desk['table']}>
            <thead>
              <tr>
                <th scope="col">{w.part}</th>
                <th scope="col">{w.state}</th>
                <th scope="col">{w.outbox}</th>
                <th scope="col" className={desk['right']}>
                  {w.answeredIn}
                </th>
                <th scope="col" className={desk['right']}>
                  {w.memory}
                </th>
                <th scope="col">{w.since}</th>
              </tr>
            </thead>
            <tbody>
              {parts.map((part) => (
                <PartRow key={part.name} part={part} />
              ))}
            </tbody>
          </table>
        </ScrollBox>
      )}
    </section>
  );
}

function PartRow({ part }: { part: Part }) {
  const w = useWords(operationsWords);
  const formats = useFormats();
  return (
    <tr data-part={part.name}>
      <td>
        <strong>{part.name}</strong> <span className="quiet small">{w.kinds[part.kind]}</span>
      </td>
      <td>
        <span className={`${desk['chip']} ${part.ready ? desk['good'] : desk['bad']}`}>{part.ready ? w.ready : w.notReady}</span>
        {part.problem && <p className="small">{part.problem}</p>}
      </td>
      <td className="figures">{part.outbox ? <OutboxText {...part.outbox} /> : <span className="quiet">–</span>}</td>
      <td className={`${desk['right']} figures`}>{part.answeredInMs === null ? '–' : formats.duration(part.answeredInMs)}</td>
      <td className={`${desk['right']} figures`}>{part.memoryMb === null ? '–' : `${formats.number(part.memoryMb)} MB`}</td>
      <td className="figures">{part.startedAt === null ? '–' : formats.dateTime(part.startedAt)}</td>
    </tr>
  );
}

function OutboxText({ messages, oldestSeconds }: { messages: number; oldestSeconds: number }) {
  const w = useWords(operationsWords);
  const formats = useFormats();
  if (messages === 0) return <span className="quiet">{w.allTold}</span>;
  return w.outboxOf(formats.number(messages), formats.duration(oldestSeconds * 1000));
}

export function ConsumersPanel({ consumers }: { consumers: readonly Consumer[] | null | undefined }) {
  const w = useWords(operationsWords);
  const formats = useFormats();
  return (
    <section className={desk['panel']} aria-labelledby="consumers">
      <h2 id="consumers">{w.consumers}</h2>
      {consumers === undefined && <Skeleton height="18rem" />}
      {consumers === null && <p className="quiet">{w.noConsumers}</p>}
      {consumers && (
        <ScrollBox label={w.consumers}>
          <table className={desk['table']}>
            <thead>
              <tr>
                <th scope="col">{w.service}</th>
                <th scope="col">{w.topic}</th>
                <th scope="col" className={desk['right']}>
                  {w.lag}
                </th>
                <th scope="col" className={desk['right']}>
                  {w.members}
                </th>
              </tr>
            </thead>
            <tbody>
              {consumers.map(({ id, service, topic, lag, members }) => (
                <tr key={id}>
                  <td>{service}</td>
                  <td>{topic}</td>
                  <td className={`${desk['right']} figures`}>{formats.number(lag)}</td>
                  <td className={`${desk['right']} figures`}>
                    {members === 0 ? <span className={`${desk['chip']} ${desk['bad']}`}>{w.nobody}</span> : formats.number(members)}
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

import { useEffect, useRef, useState } from 'react';
import { useClient } from 'urql';
import adjustFile from '../../../../schema/operations/admin/adjust-stock.graphql';
import type { AdjustStockMutation, AdjustStockMutationVariables, AdminProductQuery } from '../../../../schema/operations/admin.types.ts';
import { Button } from '../../../design/button.tsx';
import { FormProblem, TextField } from '../../../design/field.tsx';
import { useUnsaved } from '../../../forms/use-unsaved.ts';
import { registered } from '../../../graph/registered.ts';
import { useRequestKey } from '../../../graph/request-key.ts';
import { send } from '../../../graph/send.ts';
import { usePolled } from '../../../graph/use-polled.ts';
import { useFormats } from '../../../messages/formats.ts';
import { useLanguage, useMessages } from '../../../messages/language.ts';
import adminStyles from '../admin.module.css';
import { adminMessages } from '../messages.ts';
import { ScrollBox } from '../shared/scroll-box.tsx';
import { userErrorText } from '../shared/user-errors.ts';
import styles from './admin-catalogue.module.css';
import { readDifference } from './euros.ts';
import { adminCatalogueMessages } from './messages.ts';

const AdjustStock = registered<AdjustStockMutation, AdjustStockMutationVariables>(adjustFile);

type Product = NonNullable<AdminProductQuery['product']>;

/** How much of a product there is, and what people did to it. */
export function StockPanel({ product, onChanged }: { product: Product; onChanged(): void }) {
  const w = useMessages(adminCatalogueMessages);
  const formats = useFormats();
  // orders hold and take while the page is open
  usePolled(onChanged, 5000);
  const { stock } = product;
  return (
    <section className={adminStyles['panel']} aria-labelledby="stock">
      <h2 id="stock">{w.stock}</h2>
      {stock && (
        <dl className={`${styles['sums']} figures`}>
          {(['available', 'held', 'committed'] as const).map((name) => (
            <div key={name}>
              <dt>{w[name]}</dt>
              <dd data-stock={name}>{formats.number(stock[name])}</dd>
            </div>
          ))}
        </dl>
      )}
      <AdjustForm id={product.id} version={product.version} onChanged={onChanged} />
      <h3 className={styles['sub']}>{w.history}</h3>
      <Movements movements={product.stockMovements} />
    </section>
  );
}

type Adjusted = { done?: string; rejected?: string; difference?: string; reason?: string };

function AdjustForm({ id, version, onChanged }: { id: string; version: number; onChanged(): void }) {
  const w = useMessages(adminCatalogueMessages);
  const language = useLanguage();
  const formats = useFormats();
  const client = useClient();
  const [difference, setDifference] = useState('');
  const [reason, setReason] = useState('');
  const [result, setResult] = useState<Adjusted>({});
  const request = useRequestKey();
  useUnsaved(difference.trim() !== '' || reason.trim() !== '');
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (result.difference || result.reason) form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus();
  }, [result]);

  const adjust = async (): Promise<Adjusted> => {
    const pieces = readDifference(difference);
    const why = reason.trim();
    const isReason = why !== '' && why.length <= 200;
    if (pieces === null || !isReason) {
      return { ...(pieces === null && { difference: w.wrong.difference }), ...(!isReason && { reason: w.wrong.reason }) };
    }
    const change = { id, difference: pieces, reason: why };
    const input = { ...change, expectedVersion: version, idempotencyKey: request.keyOf(change) };
    const sent = await send(client, AdjustStock, { input });
    onChanged();
    return sent.ok ? settle(sent.data.adjustStock) : { rejected: userErrorText(language, sent.code) };
  };
  const settle = (answer: AdjustStockMutation['adjustStock']): Adjusted => {
    if ('available' in answer) return { difference: w.notEnough(formats.number(answer.available)) };
    if (!('product' in answer)) return { rejected: userErrorText(language, answer.code, answer.message) };
    request.settled();
    setDifference('');
    setReason('');
    return { done: w.adjusted };
  };
  const submit = async () => {
    setBusy(true);
    setResult(await adjust());
    setBusy(false);
  };
  return (
    <form
      ref={form}
      noValidate
      className={styles['form']}
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void submit();
      }}
    >
      {result.rejected && <FormProblem>{result.rejected}</FormProblem>}
      <div className={styles['pair']}>
        <TextField
          label={w.difference}
          hint={w.differenceHint}
          value={difference}
          autoComplete="off"
          problem={result.difference}
          onChange={(event) => setDifference(event.target.value)}
        />
        <TextField
          label={w.reason}
          hint={w.reasonHint}
          value={reason}
          autoComplete="off"
          problem={result.reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </div>
      <div>
        <Button type="submit" look="plain" busy={busy}>
          {w.adjust}
        </Button>
        <p role="status" className="small">
          {result.done}
        </p>
      </div>
    </form>
  );
}

function Movements({ movements }: { movements: Product['stockMovements'] }) {
  const w = useMessages(adminCatalogueMessages);
  const messages = useMessages(adminMessages);
  const formats = useFormats();
  const rows = movements?.edges.map(({ node }) => node) ?? [];
  if (rows.length === 0) return <p className="quiet small">{w.noHistory}</p>;
  return (
    <ScrollBox label={w.history}>
      <table className={adminStyles['table']}>
        <thead>
          <tr>
            <th scope="col" className={adminStyles['right']}>
              {w.difference}
            </th>
            <th scope="col">{w.reason}</th>
            <th scope="col">{w.by}</th>
            <th scope="col">{w.when}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ id, difference, reason, by, at }) => (
            <tr key={id}>
              <td className={`${adminStyles['right']} figures`}>
                {difference > 0 ? `+${formats.number(difference)}` : formats.number(difference)}
              </td>
              <td>{reason}</td>
              <td>{by?.username ?? messages.unknown}</td>
              <td className="figures">{formats.dateTime(at)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}

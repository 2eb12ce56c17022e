import { ButtonLink } from '../../../design/button.tsx';
import { Select, TextField } from '../../../design/field.tsx';
import { commonMessages } from '../../../messages/common.ts';
import { useMessages } from '../../../messages/language.ts';
import adminStyles from '../admin.module.css';
import { statuses } from './board.ts';
import { ages, type BoardFilters, readNumber } from './filters.ts';
import { boardMessages } from './messages.ts';

export function BoardFilterBar({ filters, onChange }: { filters: BoardFilters; onChange(filters: BoardFilters): void }) {
  const w = useMessages(boardMessages);
  const common = useMessages(commonMessages);
  const number = readNumber(filters.text);
  return (
    <search className={adminStyles['filters']} aria-label={w.filters}>
      <TextField
        label={w.search}
        placeholder={w.searchHint}
        type="search"
        maxLength={100}
        value={filters.text}
        onChange={(event) => onChange({ ...filters, text: event.target.value })}
      />
      <Select
        label={w.status}
        value={filters.status ?? ''}
        onChange={(event) => onChange({ ...filters, status: statuses.find((one) => one === event.target.value) ?? null })}
      >
        <option value="">{w.allStatuses}</option>
        {statuses.map((status) => (
          <option key={status} value={status}>
            {common.status[status]}
          </option>
        ))}
      </Select>
      <Select
        label={w.age}
        value={filters.minAgeMinutes}
        onChange={(event) => onChange({ ...filters, minAgeMinutes: Number(event.target.value) })}
      >
        {ages.map((minutes) => (
          <option key={minutes} value={minutes}>
            {w.ages[minutes]}
          </option>
        ))}
      </Select>
      {number !== null && (
        // an order that is too old to be on the board is found as well
        <ButtonLink href={`/admin/orders?search=${number}`} look="plain">
          {w.open} {number}
        </ButtonLink>
      )}
    </search>
  );
}

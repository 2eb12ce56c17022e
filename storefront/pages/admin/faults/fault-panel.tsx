import { useId, useState } from 'react';
import { Button } from '../../../design/button.tsx';
import { FormProblem } from '../../../design/field.tsx';
import { useUnsaved } from '../../../forms/use-unsaved.ts';
import { useFormats } from '../../../messages/formats.ts';
import { useMessages } from '../../../messages/language.ts';
import adminStyles from '../admin.module.css';
import styles from './faults.module.css';
import { areSame, type Faults, isAnyOn, longestDelayMs, noFaults, toFaults } from './faults.ts';
import { faultMessages } from './messages.ts';
import { useFaults } from './use-faults.ts';

/** The fault switches of the simulated payment provider. Nothing changes before "apply" is pressed. */
export function FaultPanel() {
  const w = useMessages(faultMessages);
  const { switches, set } = useFaults();
  const [draft, setDraft] = useState<Faults | null>(null);
  /** Their values when the draft was started. */
  const [before, setBefore] = useState(noFaults);
  const [busy, setBusy] = useState<'apply' | 'off' | null>(null);
  const [rejected, setRejected] = useState<string | null>(null);
  const [done, setDone] = useState<'applied' | 'off' | null>(null);
  const titleId = useId();
  const current = switches ? toFaults(switches) : noFaults;
  const faults = draft ?? current;
  useUnsaved(draft !== null && !areSame(draft, current));
  const change = (part: Partial<Faults>) => {
    if (draft === null) setBefore(current);
    setDraft({ ...faults, ...part });
    setDone(null);
  };
  const send = async (next: Faults, which: 'apply' | 'off') => {
    setBusy(which);
    const found = await set(next, which === 'apply' && draft !== null ? before : null);
    setBusy(null);
    setRejected(found);
    if (found !== null) return;
    setDraft(null);
    setDone(areSame(next, noFaults) ? 'off' : 'applied');
  };
  const isOn = isAnyOn(switches);
  return (
    <section className={`${styles['panel']} ${isOn ? styles['on'] : ''}`} aria-labelledby={titleId}>
      <div className={styles['title']}>
        <h2 id={titleId}>{w.title}</h2>
        <span className={`${adminStyles['chip']} ${isOn ? adminStyles['bad'] : ''}`}>{w.simulation}</span>
      </div>
      <p className="quiet small">{w.about}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (busy === null) void send(faults, 'apply');
        }}
      >
        <Sliders faults={faults} onChange={change} />
        {rejected && <FormProblem>{rejected}</FormProblem>}
        <div className={styles['choices']}>
          <Button type="submit" look={draft && !areSame(draft, current) ? 'main' : 'plain'} busy={busy === 'apply'}>
            {w.apply}
          </Button>
          <Button look="plain" busy={busy === 'off'} onClick={() => void send(noFaults, 'off')}>
            {w.allOff}
          </Button>
        </div>
      </form>
      <p className="small quiet" role="status">
        {/* somebody else may have changed them since */}
        {done !== null && (done === 'applied') === isOn && w[done]}
      </p>
    </section>
  );
}

function Sliders({ faults, onChange }: { faults: Faults; onChange(part: Partial<Faults>): void }) {
  const w = useMessages(faultMessages);
  const formats = useFormats();
  const percent = (value: number) => `${formats.number(value)} %`;
  return (
    <>
      <Slider
        label={w.declinePercent}
        value={faults.declinePercent}
        max={100}
        step={5}
        show={percent}
        onChange={(declinePercent) => onChange({ declinePercent })}
      />
      <Slider
        label={w.delayMs}
        value={faults.delayMs}
        max={longestDelayMs}
        step={100}
        show={formats.duration}
        onChange={(delayMs) => onChange({ delayMs })}
      />
      <Slider
        label={w.lostAnswerPercent}
        value={faults.lostAnswerPercent}
        max={100}
        step={5}
        show={percent}
        onChange={(lostAnswerPercent) => onChange({ lostAnswerPercent })}
      />
      <Slider
        label={w.repeatPercent}
        value={faults.repeatPercent}
        max={100}
        step={5}
        show={percent}
        onChange={(repeatPercent) => onChange({ repeatPercent })}
      />
    </>
  );
}

type SliderProps = { label: string; value: number; max: number; step: number; show(value: number): string; onChange(value: number): void };

function Slider({ label, value, max, step, show, onChange }: SliderProps) {
  const id = useId();
  return (
    <div className={styles['slider']}>
      <label htmlFor={id}>
        <span>{label}</span>
        <span className="figures">{show(value)}</span>
      </label>
      <input
        id={id}
        type="range"
        min={0}
        max={max}
        step={step}
        value={Math.min(value, max)}
        aria-valuetext={show(value)}
        aria-label={label}
        onChange={(event) => onChange(event.target.valueAsNumber)}
      />
    </div>
  );
}

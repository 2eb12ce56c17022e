import { useId, useMemo } from 'react';
import { useFormats } from '../../../messages/formats.ts';
import { useMessages } from '../../../messages/language.ts';
import adminStyles from '../admin.module.css';
import { ScrollBox } from '../shared/scroll-box.tsx';
import { box, type Chart, chartOf, highestOf, type Metric, type Series, summaryOf } from './chart.ts';
import { metricsMessages } from './messages.ts';
import styles from './metrics.module.css';

/** As many as colour and dashes tell apart. */
const mostLines = 4;
const tones = ['leaf', 'accent', 'clay', 'slate'] as const;
type Tone = (typeof tones)[number];
/** What is bad is clay, wherever it stands. */
const toneOf = (series: Series, at: number): Tone => (series.label.value === 'CANCELLED' ? 'clay' : (tones[at] ?? 'slate'));

/** The axis of a chart in which nothing happened ends here. */
const smallestTop: Readonly<Record<string, number>> = { PER_SECOND: 0.1, MILLISECONDS: 10, MESSAGES: 10 };

/** One metric over the last hour, as a drawing, in words for those who do not see it, and as a table. */
export function TimeChart({ metric, times }: { metric: Metric; times: readonly string[] }) {
  const w = useMessages(metricsMessages);
  const formats = useFormats();
  const titleId = useId();
  const shown = useMemo(() => highestOf(metric.series, mostLines), [metric]);
  const chart = useMemo(() => chartOf(times, shown, smallestTop[metric.unit] ?? 1), [times, shown, metric.unit]);
  const [name, unit] = [w.names[metric.name] ?? metric.name, w.units[metric.unit] ?? ''];
  const format = (value: number | null) => (value === null ? '–' : formats.number(threeDigits(value)));
  const nameOf = ({ label: { value } }: Series) => w.labels[value] ?? value;
  const inWords = shown.map((series) => {
    const { now, highest } = summaryOf(series);
    return w.drawn(nameOf(series), now === null ? w.unknown : format(now), format(highest));
  });
  return (
    <section className={styles['chart']} aria-labelledby={titleId} data-metric={metric.name}>
      <h3 id={titleId} className={styles['name']}>
        {name} <span className="quiet small">{unit}</span>
      </h3>
      {shown.length === 0 ? (
        <p className={`${styles['none']} quiet`}>{w.none[metric.name]}</p>
      ) : (
        <>
          <Drawing chart={chart} series={shown} label={w.drawing(name, unit, inWords.join(' '))} />
          <ul className={styles['legend']}>
            {shown.map((series, at) => (
              <li key={series.label.value}>
                <Swatch tone={toneOf(series, at)} />
                {nameOf(series)} <strong className="figures">{format(summaryOf(series).now)}</strong>
              </li>
            ))}
          </ul>
          <details className={styles['values']}>
            <summary className={adminStyles['summary']}>
              {w.table}{' '}
              {metric.series.length > shown.length && (
                <span className="quiet">· {w.shown(formats.number(shown.length), formats.number(metric.series.length))}</span>
              )}
            </summary>
            <Values metric={metric} label={name} nameOf={nameOf} format={format} />
          </details>
        </>
      )}
    </section>
  );
}

function Drawing({ chart, series, label }: { chart: Chart; series: readonly Series[]; label: string }) {
  const formats = useFormats();
  const minute = (ms: number) => formats.minute(new Date(ms).toISOString());
  return (
    <div className={styles['plot']}>
      <p className={`${styles['vertical']} figures quiet`} aria-hidden="true">
        {[chart.top, chart.top / 2, 0].map((value) => (
          <span key={value}>{formats.number(threeDigits(value))}</span>
        ))}
      </p>
      <svg
        className={styles['drawing']}
        viewBox={`0 0 ${box.width} ${box.height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={label}
      >
        {[0, 0.5, 1].map((part) => (
          <line key={part} className={styles['grid']} x2={box.width} y1={part * box.height} y2={part * box.height} />
        ))}
        {series.map((one, at) => (
          <path key={one.label.value} className={`${styles['line']} ${styles[toneOf(one, at)]}`} d={chart.paths[at]} />
        ))}
      </svg>
      <p className={`${styles['horizontal']} figures quiet`} aria-hidden="true">
        {[0, 0.5, 1].map((part) => (
          <span key={part}>{minute(chart.fromMs + part * (chart.untilMs - chart.fromMs))}</span>
        ))}
      </p>
    </div>
  );
}

function Swatch({ tone }: { tone: Tone }) {
  return (
    <svg className={styles['swatch']} viewBox="0 0 24 8" aria-hidden="true">
      <path className={`${styles['line']} ${styles[tone]}`} d="M2 4H22" />
    </svg>
  );
}

type ValuesProps = { metric: Metric; label: string; nameOf(series: Series): string; format(value: number | null): string };

function Values({ metric, label, nameOf, format }: ValuesProps) {
  const w = useMessages(metricsMessages);
  return (
    <ScrollBox label={label}>
      <table className={adminStyles['table']}>
        <thead>
          <tr>
            <th scope="col">{w.series}</th>
            {[w.now, w.average, w.highest].map((head) => (
              <th key={head} scope="col" className={adminStyles['right']}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {metric.series.map((series) => {
            const { now, average, highest } = summaryOf(series);
            return (
              <tr key={series.label.value}>
                <td>{nameOf(series)}</td>
                <td className={`${adminStyles['right']} figures`}>{format(now)}</td>
                <td className={`${adminStyles['right']} figures`}>{format(average)}</td>
                <td className={`${adminStyles['right']} figures`}>{format(highest)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollBox>
  );
}

/** 1234 as it is, 12.3, 0.123. */
const threeDigits = (value: number): number => (value >= 100 ? Math.round(value) : Number(value.toPrecision(3)));

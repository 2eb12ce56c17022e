import { parse, print } from 'graphql';
import { useEffect, useState } from 'react';
import type { PlanTree } from '../gateway/supergraph/plans/plan-tree.ts';
import { useShownOperation } from './editor.tsx';
import { useShop, useSignal } from './hooks.ts';
import { onPress } from './keys.ts';
import { boxSize, drawPlan, gatewaySize, type PlanBox, type PlanPicture } from './plan-picture.ts';
import { SubgraphMark, subgraphClass } from './subgraph-mark.tsx';

type Shown = { readonly query: string; readonly picture: PlanPicture | null; readonly problem: string | null };

const drawOrNull = (plan: PlanTree | null) => plan && drawPlan(plan);

/** Who is asked for what, in which order; with times once it has run. */
export function PlanPanel() {
  const { query, picture, problem, hasRun } = usePlan();
  const [chosen, setChosen] = useState<number | null>(null);
  const box = picture?.boxes.find(({ id }) => id === chosen) ?? picture?.boxes[0];
  if (query.trim() === '') return <p className="under-empty">Write an operation, and its plan is drawn here.</p>;
  if (problem !== null) return <p className="under-empty">{problem}</p>;
  if (picture === null) return <p className="under-empty">The gateway answers this by itself; no subgraph is asked.</p>;
  return (
    <div className="plan">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard */}
      <section className="plan-scroll" aria-label="Query plan" tabIndex={0}>
        <Picture picture={picture} chosen={box?.id ?? null} onChoose={setChosen} />
        {!hasRun && <p className="plan-hint">Run the operation to see how long each part takes.</p>}
      </section>
      {box && <Fetch box={box} />}
    </div>
  );
}

/** The plan of what the editor holds: as it ran, when it ran as it is now; otherwise as it would. */
function usePlan(): Shown & { hasRun: boolean } {
  const shop = useShop();
  const { tab, query, operationName } = useShownOperation();
  const ran = useSignal(shop.ran).get(tab);
  const [shown, setShown] = useState<Shown>({ query: '', picture: null, problem: null });
  const hasRun = ran?.query.trim() === query.trim() && ran?.plan !== undefined;

  useEffect(() => {
    const over = new AbortController();
    // while the user types there is no valid operation yet
    const timer = setTimeout(async () => {
      const answer = query.trim() === '' ? { plan: null } : await shop.planOf(query, operationName);
      if (over.signal.aborted) return;
      setShown(
        'plan' in answer ? { query, picture: drawOrNull(answer.plan), problem: null } : { query, picture: null, problem: answer.problem },
      );
    }, 250);
    return () => {
      over.abort();
      clearTimeout(timer);
    };
  }, [query, operationName, shop]);

  return hasRun && ran ? { query, picture: drawOrNull(ran.plan), problem: null, hasRun } : { ...shown, hasRun: false };
}

function Picture({ picture, chosen, onChoose }: { picture: PlanPicture; chosen: number | null; onChoose(id: number): void }) {
  const { width, height, boxes, lines } = picture;
  const middle = height / 2;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be drawn in
    <svg
      className="plan-picture"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="group"
      aria-label="The fetches, from left to right"
    >
      {lines.map(({ from, to }) => {
        const half = (to.x - from.x) / 2;
        const d = `M ${from.x} ${from.y} C ${from.x + half} ${from.y} ${to.x - half} ${to.y} ${to.x} ${to.y}`;
        return <path key={d} className="link" d={d} />;
      })}
      <g className="plan-gateway" transform={`translate(16 ${middle - gatewaySize.height / 2})`}>
        <rect width={gatewaySize.width} height={gatewaySize.height} rx={10} />
        <text x={gatewaySize.width / 2} y={27} textAnchor="middle">
          gateway
        </text>
      </g>
      {boxes.map((box) => (
        <Box key={box.id} box={box} isChosen={box.id === chosen} onChoose={onChoose} />
      ))}
    </svg>
  );
}

function Box({ box, isChosen, onChoose }: { box: PlanBox; isChosen: boolean; onChoose(id: number): void }) {
  const choose = () => onChoose(box.id);
  const { service, status } = box.fetch;
  const place = placeOf(box);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a button cannot stand in a drawing
    <g
      className={`plan-box ${subgraphClass(service)} ${status === undefined || status === 'answered' ? '' : 'trouble'}`}
      role="button"
      tabIndex={0}
      aria-pressed={isChosen}
      onClick={choose}
      onKeyDown={onPress(choose)}
      transform={`translate(${box.x} ${box.y})`}
    >
      <rect className="ground" width={boxSize.width} height={boxSize.height} rx={10} />
      <rect className="stripe" width={5} height={boxSize.height - 20} x={8} y={10} rx={2.5} />
      {/* the spaces are for those who hear it as one sentence */}
      <text className="service" x={24} y={24}>
        {service}
      </text>{' '}
      <text className="time" x={boxSize.width - 12} y={24} textAnchor="end">
        {timeOf(box)}
      </text>{' '}
      <text className="what" x={24} y={44}>
        {shortened(box.what, 27)}
      </text>{' '}
      <text className="place" x={24} y={62}>
        {shortened(place, 30)}
      </text>
    </g>
  );
}

function Fetch({ box }: { box: PlanBox }) {
  const { service, operation, requires, startMs, endMs, status } = box.fetch;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard
    <section className="plan-fetch" aria-label="The chosen fetch" tabIndex={0}>
      <h3>
        Sent to <SubgraphMark name={service} />
      </h3>
      <p>{[box.what, placeOf(box)].filter(Boolean).join(', ')}</p>
      {startMs !== undefined && endMs !== undefined && (
        <p>
          From {startMs.toFixed(1)} to {endMs.toFixed(1)} ms, {status}.
        </p>
      )}
      <pre>{print(parse(operation))}</pre>
      {requires !== undefined && (
        <>
          <p>For each of these objects:</p>
          <pre>{requires}</pre>
        </>
      )}
    </section>
  );
}

function placeOf({ condition, path }: PlanBox): string {
  return [condition && `if ${condition}`, path && `at ${path}`].filter(Boolean).join(', ');
}

function timeOf({ fetch: { startMs, endMs, status } }: PlanBox): string {
  if (startMs === undefined || endMs === undefined) return '';
  const time = `${(endMs - startMs).toFixed(1)} ms`;
  return status === 'answered' ? time : `${status}, ${time}`;
}

function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

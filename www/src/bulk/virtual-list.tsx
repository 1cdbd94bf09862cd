// A list of very many rows, of which only those in sight are drawn.
import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";

interface VirtualListProps {
  /** What the list is called. */
  label: string;
  /** The heads of its columns. */
  heads: string[];
  count: number;
  /** The cells of a row. */
  row: (index: number) => ComponentChildren[];
}

/** Every row is this high, so that it is known where each stands. */
const ROW = 36;
const IN_SIGHT = 12;
const BEYOND = 6;

export function VirtualList({ label, heads, count, row }: VirtualListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [first, setFirst] = useState(0);
  const from = Math.max(0, Math.min(first, count - IN_SIGHT) - BEYOND);
  const until = Math.min(count, from + IN_SIGHT + 2 * BEYOND);
  return (
    <div class="virtual" role="table" aria-label={label} aria-rowcount={count + 1}>
      <div role="rowgroup">
        <div class="virtual-row virtual-head" role="row" aria-rowindex={1}>
          {heads.map((head) => (
            <span role="columnheader" key={head}>
              {head}
            </span>
          ))}
        </div>
      </div>
      <div
        class="virtual-scroll"
        role="rowgroup"
        tabIndex={0}
        aria-label={label}
        ref={scroller}
        style={{ height: `${Math.min(count, IN_SIGHT) * ROW}px` }}
        onScroll={({ currentTarget }) => {
          const now = Math.floor(currentTarget.scrollTop / ROW);
          // A few rows are drawn beyond what is seen; only past these something new has to be.
          if (Math.abs(now - first) >= BEYOND / 2) setFirst(now);
        }}
      >
        <div role="presentation" style={{ height: `${count * ROW}px` }}>
          <div role="presentation" style={{ transform: `translateY(${from * ROW}px)` }}>
            {Array.from({ length: until - from }, (_, at) => (
              <div class="virtual-row" role="row" aria-rowindex={from + at + 2} key={from + at}>
                {row(from + at).map((cell, n) => (
                  <span role="cell" key={n} dir="auto">
                    {cell}
                  </span>
                ))}
              </div>
            ))}
          </div>
        </div>
      </div>
    </div>
  );
}

// Rows to add and to take out, with the keyboard where something changed.
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { Icon } from "../../shell/icons.tsx";

interface RowsProps<T> {
  held: readonly T[];
  /** What a new row holds. */
  fresh: T;
  add: string;
  remove: (n: number) => string;
  put: (rows: T[]) => void;
  children: (held: T, index: number, put: (held: T) => void) => ComponentChildren;
}

export function Rows<T>({ held, fresh, add, remove, put, children }: RowsProps<T>) {
  const holder = useRef<HTMLDivElement>(null);
  const focusRow = (index: number): void => {
    requestAnimationFrame(() => holder.current?.children[index]?.querySelector("input")?.focus());
  };
  return (
    <>
      <div class="rows" ref={holder}>
        {held.map((row, index) => (
          <div class="row" key={index}>
            {children(row, index, (news) => put(held.map((one, at) => (at === index ? news : one))))}
            <button
              type="button"
              class="icon-button remove"
              aria-label={remove(index + 1)}
              title={remove(index + 1)}
              // A list without rows could not be filled in any more.
              disabled={held.length === 1}
              onClick={() => {
                put(held.filter((_, at) => at !== index));
                focusRow(Math.min(index, held.length - 2));
              }}
            >
              <Icon name="close" size={18} />
            </button>
          </div>
        ))}
      </div>
      <button
        type="button"
        class="button small add"
        onClick={() => {
          put([...held, fresh]);
          focusRow(held.length);
        }}
      >
        <Icon name="plus" size={16} />
        {add}
      </button>
    </>
  );
}

// Step one, people: where they come from, what each column is, who can be written to and who is left out.
import { useId } from "preact/hooks";
import { chatName, chatOf } from "../../sent/record.ts";
import { Icon } from "../../shell/icons.tsx";
import { count } from "../../words.ts";
import { csvOf, saveFile } from "../csv.ts";
import { columns, people, prefix, prefixFault, source, tooMany } from "../draft.ts";
import { VirtualList } from "../virtual-list.tsx";
import { b } from "../words.ts";
import { columnsOf, type Role } from "./columns.ts";
import { isChangedBySpreadsheet, type People } from "./rows.ts";
import { Source } from "./source.tsx";

export function PeopleStep() {
  const found = people.value;
  const hasTo = columns.value.columns.some(({ role }) => role === "to");
  return (
    <>
      <Source />
      {source.value ? (
        <>
          <ColumnsPart />
          {!hasTo ? (
            <p class="fault" role="alert">
              <span class="sentence">
                <Icon name="failed" size={16} />
                {b.columns.noTo}
              </span>
            </p>
          ) : found ? (
            <Found found={found} />
          ) : (
            <p class="hint" role="status">
              {b.source.checking}
            </p>
          )}
        </>
      ) : null}
    </>
  );
}

const ROLES: { role: Role; words: string }[] = [
  { role: "to", words: b.columns.to },
  { role: "field", words: b.columns.field },
  { role: "none", words: b.columns.nothing },
];

function ColumnsPart() {
  const id = useId();
  const { columns: all, hasHeader } = columns.value;
  const choose = (at: number, role: Role): void => {
    // One column has the numbers.
    const next = all.map((column, index) => (index === at ? { ...column, role } : role === "to" && column.role === "to" ? { ...column, role: "field" as const } : column));
    columns.value = { columns: next, hasHeader };
  };
  return (
    <section class="bulk-part" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{b.columns.title}</h2>
      <label class="flag-line">
        <input type="checkbox" checked={hasHeader} onChange={({ currentTarget }) => source.value && (columns.value = columnsOf(source.value.table, currentTarget.checked))} />
        <span>{b.columns.header}</span>
      </label>
      <table class="bulk-columns">
        <thead>
          <tr>
            <th scope="col">{b.columns.column}</th>
            <th scope="col">{b.columns.samples}</th>
            <th scope="col">{b.columns.use}</th>
          </tr>
        </thead>
        <tbody>
          {all.map(({ name, role, samples }, at) => (
            <tr key={at}>
              <th scope="row" dir="auto">
                {name}
              </th>
              <td dir="auto">{samples.join(" · ")}</td>
              <td>
                <select aria-label={b.columns.useOf(name)} value={role} onChange={({ currentTarget }) => choose(at, currentTarget.value as Role)}>
                  {ROLES.map((one) => (
                    <option key={one.role} value={one.role}>
                      {one.words}
                    </option>
                  ))}
                </select>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <div class="field bulk-narrow">
        <label class="label" for={`${id}-prefix`}>
          {b.columns.prefix}
        </label>
        <input id={`${id}-prefix`} name="prefix" type="text" inputMode="tel" autocomplete="off" placeholder="+34" value={prefix} aria-invalid={prefixFault.value ? "true" : undefined} aria-describedby={`${id}-prefix-hint`} onInput={({ currentTarget }) => (prefix.value = currentTarget.value)} />
        <p class={prefixFault.value ? "fault" : "hint"} id={`${id}-prefix-hint`}>
          {prefixFault.value ? b.columns.prefixFault : b.columns.prefixHint}
        </p>
      </div>
    </section>
  );
}

function Found({ found: { people: all, faults } }: { found: People }) {
  const changed = faults.filter(isChangedBySpreadsheet).length;
  return (
    <section class="bulk-part" aria-label={b.rows.title}>
      <h2>{all.length === 0 ? b.rows.nobody : count(all.length, b.people)}</h2>
      {tooMany.value > 0 ? (
        <p class="notice notice-warn" role="alert">
          <Icon name="failed" size={18} />
          <span>{count(tooMany.value, b.rows.tooMany)}</span>
        </p>
      ) : null}
      {changed > 0 ? (
        <p class="notice notice-warn">
          <Icon name="unknown" size={18} />
          <span>{count(changed, b.rows.changed)}</span>
        </p>
      ) : null}
      {all.length > 0 ? (
        <VirtualList
          label={b.rows.title}
          heads={[b.rows.row, b.rows.number, b.rows.fields]}
          count={all.length}
          row={(index) => {
            const one = all[index];
            return one ? [one.row, chatName(chatOf(one.used)), Object.values(one.fields).filter(Boolean).join(" · ")] : [];
          }}
        />
      ) : null}
      {faults.length > 0 ? (
        <>
          <div class="bulk-line">
            <h3>{count(faults.length, b.summary.left)}</h3>
            <button type="button" class="button small" onClick={() => saveFile(b.rows.file, csvOf([[b.rows.row, b.rows.value, b.rows.why], ...faults.map(({ row, value, message }) => [row, value, message])]))}>
              <Icon name="download" size={16} />
              {b.rows.download}
            </button>
          </div>
          <VirtualList
            label={b.rows.faults}
            heads={[b.rows.row, b.rows.value, b.rows.why]}
            count={faults.length}
            row={(index) => {
              const one = faults[index];
              return one ? [one.row, one.value, one.message] : [];
            }}
          />
        </>
      ) : null}
    </section>
  );
}

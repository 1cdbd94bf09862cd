// Where the people come from: a file that is chosen or dropped, or rows that are pasted.
import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import { announce } from "../../shell/announce.tsx";
import { Icon } from "../../shell/icons.tsx";
import { count } from "../../words.ts";
import { source, takeTable } from "../draft.ts";
import { b } from "../words.ts";
import { readTable, TableError } from "./table.ts";

export function Source() {
  const id = useId();
  const reading = useSignal<{ name: string; done: number; stop: AbortController } | undefined>(undefined);
  const fault = useSignal("");
  const pasted = useSignal("");
  const over = useSignal(false);
  const take = async (name: string, from: Blob): Promise<void> => {
    reading.value?.stop.abort();
    const stop = new AbortController();
    fault.value = "";
    reading.value = { name, done: 0, stop };
    try {
      const table = await readTable(from, (done) => (reading.value = { name, done, stop }), stop.signal);
      takeTable(name, table);
      pasted.value = "";
      announce(b.source.is(name, count(table.rows.length, b.source.rows)));
    } catch (error) {
      if (!stop.signal.aborted) fault.value = wordsOf(error);
    }
    if (reading.value?.stop === stop) reading.value = undefined;
  };
  const known = source.value;
  return (
    <section class="bulk-part" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{b.source.title}</h2>
      {reading.value ? (
        <div class="bulk-reading">
          <progress max={1} value={reading.value.done} aria-label={b.source.reading(reading.value.name, "")} />
          <span>{b.source.reading(reading.value.name, `${Math.round(reading.value.done * 100)} %`)}</span>
          <button type="button" class="button small" onClick={() => reading.value?.stop.abort()}>
            {b.source.stop}
          </button>
        </div>
      ) : known ? (
        <div class="bulk-source">
          <Icon name="people" />
          <p>
            <b>{b.source.is(known.name, count(known.table.rows.length, b.source.rows))}</b>
            {known.table.encoding === "windows-1252" ? <span class="advice">{b.source.latin}</span> : null}
          </p>
          <button type="button" class="button small" onClick={() => (source.value = undefined)}>
            {b.source.remove}
          </button>
        </div>
      ) : (
        <>
          <div
            class={`bulk-drop ${over.value ? "is-over" : ""}`}
            onDragOver={(event) => {
              event.preventDefault();
              over.value = true;
            }}
            onDragLeave={() => (over.value = false)}
            onDrop={(event) => {
              event.preventDefault();
              over.value = false;
              const file = event.dataTransfer?.files[0];
              if (file) void take(file.name, file);
            }}
          >
            <Icon name="upload" size={24} />
            <label class="button">
              {b.source.choose}
              <input
                class="visually-hidden"
                type="file"
                accept=".csv,.tsv,.txt,text/csv,text/plain"
                onChange={({ currentTarget }) => {
                  const file = currentTarget.files?.[0];
                  if (file) void take(file.name, file);
                  currentTarget.value = "";
                }}
              />
            </label>
            <span class="hint">{b.source.orDrop}</span>
          </div>
          <div class="field">
            <label class="label" for={`${id}-paste`}>
              {b.source.paste}
            </label>
            <textarea id={`${id}-paste`} name="paste" class="mono" rows={4} spellcheck={false} placeholder={"+1 202 555 0123\tAda\t4711"} value={pasted} onInput={({ currentTarget }) => (pasted.value = currentTarget.value)} aria-describedby={`${id}-paste-hint`} />
            <p class="hint" id={`${id}-paste-hint`}>
              {b.source.pasteHint}
            </p>
          </div>
          <button type="button" class="button small" aria-disabled={pasted.value.trim() === ""} onClick={() => pasted.value.trim() !== "" && void take(b.source.pasted, new Blob([pasted.value]))}>
            {b.source.use}
          </button>
        </>
      )}
      <p class="fault" role="alert">
        {fault.value === "" ? null : (
          <span class="sentence">
            <Icon name="failed" size={16} />
            {fault.value}
          </span>
        )}
      </p>
    </section>
  );
}

function wordsOf(error: unknown): string {
  if (!(error instanceof TableError)) return b.source.faults.failed;
  const why = b.source.faults[error.fault];
  return error.row === undefined ? why : b.source.atRow(why, error.row);
}

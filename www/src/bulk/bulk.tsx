// Bulk: the batches that there are, one of them, or a new one. Loaded when it is first opened.
import "../style/bulk.css";
import { useSignal } from "@preact/signals";
import type { Batch as BatchInfo } from "maytapi";
import { useEffect } from "preact/hooks";
import { Fault } from "../phones/fault.tsx";
import { faultOf } from "../phones/health.ts";
import { withClient } from "../session/client.ts";
import { chosen, info, keyOf } from "../session/session.ts";
import { now } from "../shell/clock.ts";
import { Icon } from "../shell/icons.tsx";
import { linkTo, route } from "../shell/route.ts";
import { count, when } from "../words.ts";
import { Batch } from "./batch/batch.tsx";
import { Parts } from "./batch/parts.tsx";
import { NewBatch } from "./new-batch.tsx";
import { b } from "./words.ts";

export function Bulk() {
  const [open] = route.value.rest;
  const phone = chosen.value;
  return (
    <main class="view bulk" id="main" tabIndex={-1}>
      {!info.value?.can.batch ? (
        <>
          <h1>{b.title}</h1>
          <p class="notice">{b.notAllowed}</p>
        </>
      ) : open === undefined ? (
        <List key={phone && keyOf(phone)} />
      ) : open === "new" ? (
        <NewBatch />
      ) : (
        <Batch key={open} id={open} />
      )}
    </main>
  );
}

function List() {
  const batches = useSignal<BatchInfo[] | undefined>(undefined);
  const cursor = useSignal<string | undefined>(undefined);
  const fault = useSignal<{ message: string; requestId?: string } | undefined>(undefined);
  const load = async (): Promise<void> => {
    const phone = chosen.value;
    if (!phone) return;
    try {
      const after = cursor.value;
      const page = await withClient(phone, (client) => client.batches.list(after === undefined ? {} : { after }));
      batches.value = [...(batches.value ?? []), ...page.batches];
      cursor.value = page.cursor ?? undefined;
      fault.value = undefined;
    } catch (error) {
      fault.value = faultOf(error);
    }
  };
  useEffect(() => void load(), []);
  const all = batches.value;
  const isLoading = all === undefined && !fault.value;
  if (all?.length === 0) return <Empty />;
  return (
    <>
      <header class="view-head">
        <h1 class="view-title">{b.title}</h1>
        {/* Where there are no batches yet the link stands elsewhere, and one that moved would lose the keyboard. */}
        {isLoading ? null : (
          <a class="button primary" href={linkTo("bulk", "new")}>
            <Icon name="plus" size={18} />
            {b.newBatch}
          </a>
        )}
      </header>
      {fault.value ? <Fault {...fault.value} /> : null}
      {isLoading ? <p class="hint">{b.loading}</p> : null}
      <ul class="batches">
        {(all ?? []).map((batch) => (
          <li key={batch.id}>
            <a class="batch-link" href={linkTo("bulk", batch.id)}>
              <span class="batch-state" data-state={batch.state}>
                {b.batch.states[batch.state] ?? batch.state}
              </span>
              <span class="batch-size">{count(batch.size, b.people)}</span>
              <span class="batch-made">{b.made(when(batch.made, now.value))}</span>
              <Parts batch={batch} />
            </a>
          </li>
        ))}
      </ul>
      {cursor.value === undefined ? null : (
        <button type="button" class="button small" onClick={() => void load()}>
          {b.more}
        </button>
      )}
    </>
  );
}

function Empty() {
  return (
    <div class="empty">
      <div class="empty-card">
        <span class="empty-icon">
          <Icon name="bulk" size={32} />
        </span>
        <h1>{b.none}</h1>
        <p>{b.noneText}</p>
        <a class="button primary" href={linkTo("bulk", "new")}>
          {b.newBatch}
        </a>
      </div>
    </div>
  );
}

// What became of each row of a batch: all, those that were not sent, and in a tab of their own those of which nobody knows.
import { useSignal } from "@preact/signals";
import type { Batch, BatchResult, BatchRowState } from "maytapi";
import { useEffect, useId } from "preact/hooks";
import { Fault } from "../../phones/fault.tsx";
import { faultOf } from "../../phones/health.ts";
import { chatName, chatOf } from "../../sent/record.ts";
import { withClient } from "../../session/client.ts";
import { chosen } from "../../session/session.ts";
import { Icon } from "../../shell/icons.tsx";
import { exactTime, t, time, whole } from "../../words.ts";
import { csvOf, saveFile } from "../csv.ts";
import { VirtualList } from "../virtual-list.tsx";
import { b } from "../words.ts";
import { type Kept, keptOf } from "./kept.ts";
import { rowOf } from "./run.ts";

const TABS = ["all", "failed", "unknown"] as const;
type Tab = (typeof TABS)[number];

const STATES: Record<Tab, BatchRowState[] | undefined> = { all: undefined, failed: ["refused", "skipped", "cancelled"], unknown: ["unknown"] };

export function Results({ batch, ended }: { batch: Batch; ended: boolean }) {
  const id = useId();
  const tab = useSignal<Tab>("all");
  const results = useSignal<BatchResult[] | undefined>(undefined);
  const kept = useSignal<Kept[] | undefined>(undefined);
  const loading = useSignal(false);
  const fault = useSignal<{ message: string; requestId?: string } | undefined>(undefined);
  const { counts } = batch;
  const numbers: Record<Tab, number> = { all: batch.size, failed: counts.refused + counts.skipped + counts.cancelled, unknown: counts.unknown };
  const load = async (which: Tab, signal?: AbortSignal): Promise<void> => {
    const phone = chosen.value;
    if (!phone) return;
    loading.value = true;
    fault.value = undefined;
    try {
      const states = STATES[which];
      const found: BatchResult[] = [];
      await withClient(phone, async (client) => {
        for await (const one of client.batches.results(batch.id, { ...(states ? { states } : {}), ...(signal ? { signal } : {}) })) found.push(one);
      });
      kept.value = await keptOf(batch.id);
      results.value = found;
    } catch (error) {
      if (signal?.aborted) return;
      fault.value = faultOf(error);
    }
    loading.value = false;
  };
  // A batch that runs is asked for its thousands of rows when somebody asks; the few that failed are looked at as they come.
  const asOf = ended ? "ended" : tab.value === "all" ? "" : numbers[tab.value];
  useEffect(() => {
    const running = new AbortController();
    results.value = undefined;
    void load(tab.value, running.signal);
    return () => running.abort();
  }, [tab.value, asOf]);
  const all = results.value ?? [];
  const cells = (one: BatchResult): string[] => {
    const whom = kept.value?.[one.row];
    const delivered = one.state === "queued" ? one.delivery : undefined;
    const state = b.results.states[delivered ?? one.state] ?? (delivered ? t.states[delivered] : one.state);
    return [String(whom?.row ?? rowOf(one.ref) ?? one.row + 1), whom ? chatName(chatOf(whom.used)) : "", state, one.code ?? "", one.at === undefined ? "" : time(one.at)];
  };
  const heads = [b.results.row, b.results.number, b.results.state, b.results.code, b.results.time];
  /** A column in which nothing could stand is not there. */
  const drawn = <T,>(of: T[]): T[] => (kept.value ? of : of.filter((_, at) => at !== 1));
  return (
    <section class="bulk-part" aria-labelledby={`${id}-title`}>
      <div class="bulk-line">
        <h2 id={`${id}-title`}>{b.results.title}</h2>
        <button type="button" class="button small" aria-disabled={loading} onClick={() => void load(tab.value)}>
          <Icon name="refresh" size={16} />
          {loading.value ? b.results.loading : b.results.load}
        </button>
        <button
          type="button"
          class="button small"
          aria-disabled={all.length === 0}
          onClick={() => all.length > 0 && saveFile(b.results.csvName(batch.id), csvOf([[...heads, t.details.msgId], ...all.map((one) => [...cells(one).slice(0, 4), one.at === undefined ? "" : exactTime(one.at), one.msgId])]))}
        >
          <Icon name="download" size={16} />
          {b.results.csv}
        </button>
      </div>
      <div class="tabs" role="group" aria-label={b.results.title}>
        {TABS.map((one) => (
          <button type="button" class="tab" key={one} aria-pressed={tab.value === one} onClick={() => (tab.value = one)}>
            {b.results[one]} <span class="tab-count">{whole(numbers[one])}</span>
          </button>
        ))}
      </div>
      {tab.value === "unknown" && numbers.unknown > 0 ? <p class="advice">{b.results.unknownHint}</p> : null}
      {fault.value ? <Fault {...fault.value} /> : null}
      {results.value && all.length === 0 ? <p class="hint">{b.results.none}</p> : null}
      {all.length > 0 && !kept.value ? <p class="hint">{b.results.noNames}</p> : null}
      {all.length > 0 ? (
        <VirtualList
          label={b.results.title}
          heads={drawn(heads)}
          count={all.length}
          row={(index) => {
            const one = all[index];
            return one ? drawn(cells(one)) : [];
          }}
        />
      ) : null}
    </section>
  );
}

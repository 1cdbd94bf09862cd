// One batch: how far it has come, why it waits, what can be done with it, and its results.
import { useSignal } from "@preact/signals";
import { type Batch as BatchInfo, MaytapiError } from "maytapi";
import { useEffect } from "preact/hooks";
import { Fault } from "../../phones/fault.tsx";
import { faultOf } from "../../phones/health.ts";
import { withClient } from "../../session/client.ts";
import { chosen, keyOf, standing } from "../../session/session.ts";
import { following, knownUntil } from "../../sent/follow.ts";
import { announce } from "../../shell/announce.tsx";
import { now } from "../../shell/clock.ts";
import { ask } from "../../shell/dialog.tsx";
import { Icon } from "../../shell/icons.tsx";
import { linkTo } from "../../shell/route.ts";
import { count, time, when, whole } from "../../words.ts";
import { b } from "../words.ts";
import { Parts } from "./parts.tsx";
import { Results } from "./results.tsx";
import { act } from "./run.ts";

const AGAIN_MS = 2000;
/** Nothing moves any more. */
const ENDED: readonly string[] = ["done", "cancelled", "expired"];

type Shown = { message: string; requestId?: string };

export function Batch({ id }: { id: string }) {
  const phone = chosen.value;
  const batch = useSignal<BatchInfo | undefined>(undefined);
  const fault = useSignal<Shown | undefined>(undefined);
  useEffect(() => {
    if (!phone || standing.value.name !== "signedIn") return undefined;
    const running = new AbortController();
    const { signal } = running;
    const follow = async (): Promise<void> => {
      for (;;) {
        try {
          await withClient(phone, async (client) => {
            batch.value = await client.batches.get(id, { signal });
            fault.value = undefined;
            for await (const progress of client.batches.follow(id, { signal })) {
              if (batch.value) batch.value = { ...withoutPassing(batch.value), ...progress };
            }
            // What it ended with has more to it than its progress.
            batch.value = await client.batches.get(id, { signal });
          });
          return;
        } catch (error) {
          if (signal.aborted) return;
          if (!(error instanceof MaytapiError) || error.retryable !== "yes") {
            fault.value = faultOf(error);
            return;
          }
          if (!batch.value) fault.value = faultOf(error);
        }
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
        if (signal.aborted) return;
      }
    };
    void follow();
    return () => running.abort();
  }, [phone && keyOf(phone), standing.value.name, id]);
  const state = batch.value?.state;
  useEffect(() => {
    if (state) announce(b.batch.announced(b.batch.states[state] ?? state));
  }, [state]);
  return (
    <>
      <header class="view-head">
        <h1 class="view-title">
          <a class="icon-button" href={linkTo("bulk")} aria-label={b.back} title={b.back}>
            <Icon name="back" />
          </a>
          {batch.value ? count(batch.value.size, b.people) : b.loading}
          {batch.value ? (
            <span class="batch-state" data-state={state}>
              {b.batch.states[batch.value.state] ?? state}
            </span>
          ) : null}
        </h1>
        {batch.value ? <Actions batch={batch.value} put={(news) => (batch.value = news)} fail={(why) => (fault.value = why)} /> : null}
      </header>
      {fault.value ? <Fault {...fault.value} /> : null}
      {batch.value ? (
        <>
          <section class="bulk-part" aria-label={b.batch.progress}>
            <Parts batch={batch.value} legend />
            <p class="batch-note">{noteOf(batch.value)}</p>
            {isStale(batch.value) && knownUntil.value !== undefined ? <p class="advice">{b.batch.stale(time(knownUntil.value))}</p> : null}
          </section>
          <Results batch={batch.value} ended={ENDED.includes(batch.value.state)} />
        </>
      ) : null}
    </>
  );
}

/** Whether it may stand otherwise by now: it moves, and nothing is told. */
function isStale({ state }: BatchInfo): boolean {
  return !ENDED.includes(state) && (following.value === "connecting" || following.value === "broken");
}

/** Without what holds only for a moment: a progress that does not tell it says that it is over. */
function withoutPassing({ reason: _, waiting: __, rate: ___, ...rest }: BatchInfo): BatchInfo {
  return rest;
}

function noteOf({ state, reason, waiting, rate, endsAt, plan }: BatchInfo): string {
  if (state === "draft") return b.batch.draft;
  if (state === "held") return b.batch.reasons[reason ?? ""] ?? b.batch.held(reason ?? "");
  if (state !== "running") return "";
  if (waiting?.for === "start" && waiting.until !== undefined) return b.batch.starts(when(waiting.until, now.value));
  const waits = waiting && waiting.for !== "pace" ? (b.batch.waiting[waiting.for] ?? waiting.for) : undefined;
  const parts = [
    waits && waiting?.until !== undefined ? b.batch.until(waits, when(waiting.until, now.value)) : waits,
    waits ? undefined : b.batch.rate(whole(rate ?? plan.perMinute)),
    endsAt === undefined ? undefined : b.batch.ends(when(endsAt, now.value)),
  ];
  return parts.filter(Boolean).join(" · ");
}

function Actions({ batch, put, fail }: { batch: BatchInfo; put: (batch: BatchInfo) => void; fail: (why: Shown | undefined) => void }) {
  const busy = useSignal(false);
  const does = async (what: "pause" | "resume" | "cancel"): Promise<void> => {
    const phone = chosen.value;
    if (busy.value || !phone) return;
    busy.value = true;
    fail(undefined);
    try {
      put(await act(phone, batch.id, what));
    } catch (error) {
      fail(faultOf(error));
    }
    busy.value = false;
  };
  const { state } = batch;
  if (ENDED.includes(state)) return null;
  return (
    <div class="bulk-line">
      {state === "running" ? (
        <button type="button" class="button" aria-disabled={busy} onClick={() => void does("pause")}>
          <Icon name="pause" size={18} />
          {b.batch.pause}
        </button>
      ) : null}
      {state === "paused" || state === "held" ? (
        <button type="button" class="button primary" aria-disabled={busy} onClick={() => void does("resume")}>
          <Icon name="play" size={18} />
          {b.batch.resume}
        </button>
      ) : null}
      <button type="button" class="button danger" aria-disabled={busy} onClick={() => ask({ title: b.batch.cancel, text: b.batch.cancelAsk, yes: b.batch.cancelYes, danger: true, act: () => void does("cancel") })}>
        <Icon name="stop" size={18} />
        {b.batch.cancel}
      </button>
    </div>
  );
}

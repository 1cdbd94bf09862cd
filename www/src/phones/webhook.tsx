// Whether the phone tells the proxy what becomes of messages, and the button that sets it up.
import { useSignal } from "@preact/signals";
import { ProxyError } from "../session/ask.ts";
import { info, type PhoneRef } from "../session/session.ts";
import { announce } from "../shell/announce.tsx";
import { now } from "../shell/clock.ts";
import { ask } from "../shell/dialog.tsx";
import { Icon } from "../shell/icons.tsx";
import { lasting, sameDay, t, time } from "../words.ts";
import { Fault } from "./fault.tsx";
import { askHealth, faultOf } from "./health.ts";
import { type ProxyState, setUpWebhook } from "./state.ts";

/** When something was heard last, in words, and whether that is as it should be. */
export function heardIn({ heardAt, silent }: ProxyState): { tone: "good" | "warn" | "none"; words: string } {
  if (heardAt === null) return { tone: silent ? "warn" : "none", words: t.phones.heardNever };
  // A clock here that is behind makes nothing of the future.
  const words = heardAt > now.value || sameDay(heardAt, now.value) ? t.phones.heardAt(time(heardAt)) : t.phones.heardAgo(lasting(now.value - heardAt));
  return { tone: silent ? "warn" : "good", words };
}

export function WebhookSetup({ phone, state }: { phone: PhoneRef; state: ProxyState | undefined }) {
  const asking = useSignal(false);
  const fault = useSignal<{ message: string; requestId?: string } | undefined>(undefined);
  if (!info.value?.can.manage) return state?.heardAt === null || state?.silent ? <p class="hint">{t.phones.notSetUp}</p> : null;
  const set = async (replace: boolean): Promise<void> => {
    if (asking.value) return;
    asking.value = true;
    fault.value = undefined;
    try {
      await setUpWebhook(phone, replace);
      announce(t.phones.setUpDone);
      await askHealth(phone);
    } catch (error) {
      if (error instanceof ProxyError && error.code === "webhook_taken") {
        ask({ title: t.phones.takeOver, text: t.phones.takeOverAsk(error.message), yes: t.phones.takeOverYes, danger: true, act: () => void set(true) });
      } else {
        fault.value = faultOf(error);
      }
    }
    asking.value = false;
  };
  return (
    <>
      {fault.value ? <Fault {...fault.value} /> : null}
      <button type="button" class="button small" aria-disabled={asking} onClick={() => void set(false)}>
        <Icon name="webhook" size={16} />
        {asking.value ? t.phones.settingUp : state && state.heardAt !== null ? t.phones.setUpAgain : t.phones.setUp}
      </button>
    </>
  );
}

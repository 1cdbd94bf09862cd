// A picture of the phone's WhatsApp, taken when somebody asks for it.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { withClient } from "../session/client.ts";
import type { PhoneRef } from "../session/session.ts";
import { Icon } from "../shell/icons.tsx";
import { t, time } from "../words.ts";
import { Fault } from "./fault.tsx";
import { faultOf } from "./health.ts";

export function Screen({ phone }: { phone: PhoneRef }) {
  const picture = useSignal<{ url: string; at: number } | undefined>(undefined);
  const fault = useSignal<{ message: string; requestId?: string } | undefined>(undefined);
  const asking = useSignal(false);
  useEffect(
    () => () => {
      if (picture.value) URL.revokeObjectURL(picture.value.url);
    },
    [],
  );
  const take = async (): Promise<void> => {
    if (asking.value) return;
    asking.value = true;
    fault.value = undefined;
    try {
      const png = await withClient(phone, (client) => client.screen());
      if (picture.value) URL.revokeObjectURL(picture.value.url);
      picture.value = { url: URL.createObjectURL(new Blob([png], { type: "image/png" })), at: Date.now() };
    } catch (error) {
      fault.value = faultOf(error);
    }
    asking.value = false;
  };
  return (
    <div class="screen">
      {picture.value ? (
        <figure>
          <img src={picture.value.url} alt={t.phones.screenOf(phone.phone)} />
          <figcaption>{t.phones.taken(time(picture.value.at))}</figcaption>
        </figure>
      ) : null}
      {fault.value ? <Fault {...fault.value} /> : null}
      <button type="button" class="button small" aria-disabled={asking} onClick={() => void take()}>
        <Icon name="screen" size={16} />
        {asking.value ? t.phones.taking : picture.value ? t.phones.takeAgain : t.phones.take}
      </button>
    </div>
  );
}

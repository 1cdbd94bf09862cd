// "Look first": the phone's queue and a picture of its screen, before somebody says whether an unknown message arrived.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { faultOf } from "../phones/health.ts";
import { Screen } from "../phones/screen.tsx";
import { withClient } from "../session/client.ts";
import { mayRead } from "../session/session.ts";
import { ask, openDialog } from "../shell/dialog.tsx";
import { count, t } from "../words.ts";
import { chatName, type Sent } from "../sent/record.ts";
import { sendAnew } from "../sent/send.ts";
import { apply } from "../sent/store.ts";

export function lookFirst(sent: Sent): void {
  openDialog({ title: t.look.title, wide: true, content: (close) => <Look sent={sent} close={close} /> });
}

function Look({ sent, close }: { sent: Sent; close: () => void }) {
  const name = chatName(sent.chat);
  return (
    <>
      <p>{t.look.text(name)}</p>
      {mayRead("queue") ? <Queue sent={sent} /> : null}
      {mayRead("screen") ? <Screen phone={sent} /> : <p class="hint">{mayRead("queue") ? t.look.noScreen : t.look.notAllowed}</p>}
      <div class="dialog-actions">
        <button
          type="button"
          class="button"
          onClick={() => {
            close();
            ask({ title: t.look.againTitle, text: t.look.againAsk(name), yes: t.look.again, danger: true, act: () => void sendAnew(sent.id) });
          }}
        >
          {t.look.again}
        </button>
        <button
          type="button"
          class="button primary"
          onClick={() => {
            apply({ id: sent.id, state: "arrived", at: Date.now() });
            close();
          }}
        >
          {t.look.arrived}
        </button>
      </div>
    </>
  );
}

function Queue({ sent }: { sent: Sent }) {
  const words = useSignal<string>(t.look.asking);
  useEffect(() => {
    void withClient(sent, (client) => client.queue()).then(
      ({ sending }) => (words.value = sending === 0 ? t.phones.queueEmpty : count(sending, t.phones.queue)),
      (error: unknown) => (words.value = faultOf(error).message),
    );
  }, []);
  return (
    <p class="look-queue" role="status">
      {words}
    </p>
  );
}

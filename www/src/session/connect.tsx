// Signing in: a card before anybody is, the same form in a panel when a session has ended.
import { signal, useSignal } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";
import { announce } from "../shell/announce.tsx";
import { openDialog } from "../shell/dialog.tsx";
import { Icon } from "../shell/icons.tsx";
import { visible } from "../shell/visible.ts";
import { t } from "../words.ts";
import { isByAccess, signIn, standing, tokenAddress } from "./session.ts";

const busy = signal(false);

/** The whole page of who is not signed in. */
export function Connect() {
  return (
    <main class="connect">
      <div class="connect-card">
        <img src="/icon.svg" alt="" width="48" height="48" />
        <h1>{t.connect.title}</h1>
        <p class="lead">{t.connect.lead}</p>
        <SignInForm />
        <p class="fine">{t.independent}</p>
      </div>
    </main>
  );
}

/** Asks to sign in again, over what is there. */
export function askToSignIn(): void {
  openDialog({
    title: t.connect.again,
    content: (close) => (
      <>
        <p>{t.connect.kept}</p>
        <SignInForm done={close} />
      </>
    ),
  });
}

function SignInForm({ done }: { done?: () => void }) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const now = standing.value;
  const why = now.name === "signedOut" || now.name === "ended" ? now.why : undefined;
  const attempt = async (shown: Parameters<typeof signIn>[0]): Promise<void> => {
    if (busy.value) return;
    busy.value = true;
    await signIn(shown);
    busy.value = false;
    if (standing.value.name === "signedIn") {
      announce(t.connect.done);
      done?.();
    } else {
      input.current?.focus();
    }
  };
  const address = tokenAddress.value;
  const access = isByAccess();
  /** Whether somebody went to where Cloudflare Access asks who it is. */
  const went = useSignal(false);
  useEffect(() => {
    if (visible.value && went.value) void attempt({ kind: "access" });
  }, [visible.value]);
  return (
    <form
      class="sign-in"
      onSubmit={(event) => {
        event.preventDefault();
        const token = input.current?.value.trim() ?? "";
        if (token === "") input.current?.focus();
        else void attempt({ kind: "token", token });
      }}
    >
      {address ? (
        <>
          <button type="button" class="button primary large" onClick={() => void attempt({ kind: "address", url: address })}>
            {t.connect.withApp}
          </button>
          <p class="or">{t.connect.or}</p>
        </>
      ) : null}
      {access ? (
        <>
          <a class="button primary large" href="/" target="_blank" rel="noopener" onClick={() => (went.value = true)} data-autofocus>
            {t.connect.withAccess}
          </a>
          <p class="hint">{t.connect.accessHint}</p>
          {went.value ? (
            <button type="button" class="button" aria-disabled={busy} onClick={() => void attempt({ kind: "access" })}>
              {t.connect.accessDone}
            </button>
          ) : null}
          <p class="or">{t.connect.or}</p>
        </>
      ) : null}
      <div class="field">
        <label class="label" for={id}>
          {t.connect.token}
        </label>
        <div class="token-line">
          <input
            ref={input}
            id={id}
            name="token"
            type="password"
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            placeholder="eyJ…"
            data-autofocus
            aria-invalid={why ? "true" : undefined}
            aria-describedby={`${id}-hint ${id}-fault`}
          />
          <button type="submit" class={address || access ? "button" : "button primary"} aria-disabled={busy}>
            {busy.value ? t.connect.asking : t.connect.signIn}
          </button>
        </div>
        <p class="hint" id={`${id}-hint`}>
          {t.connect.hint}
        </p>
        <p class="fault" id={`${id}-fault`} role="alert">
          {why ? (
            <>
              <Icon name="failed" size={16} />
              <span class="sentence">{why}</span>
            </>
          ) : null}
        </p>
      </div>
    </form>
  );
}

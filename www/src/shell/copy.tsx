// A button that copies a text and says whether it did.
import { useState } from "preact/hooks";
import { t } from "../words.ts";
import { announce } from "./announce.tsx";
import { Icon } from "./icons.tsx";

const SHOWN_MS = 1500;

export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    announce(t.copied);
    return true;
  } catch {
    // The browser decides who may write there; it gives no reason worth telling.
    announce(t.notCopied);
    return false;
  }
}

export function CopyButton({ text, disabled = false }: { text: () => string; disabled?: boolean }) {
  const [words, setWords] = useState(t.copy);
  const copy = async (): Promise<void> => {
    setWords((await copyText(text())) ? t.copied : t.notCopied);
    setTimeout(() => setWords(t.copy), SHOWN_MS);
  };
  return (
    <button type="button" class="button small" disabled={disabled} onClick={() => void copy()}>
      <Icon name="copy" size={16} />
      {words}
    </button>
  );
}

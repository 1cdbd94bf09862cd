// One place on the form: a label, what is filled in, and below it what helps, what is wrong and what may disappoint.
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { Icon } from "../../shell/icons.tsx";
import { t } from "../../words.ts";
import { touch } from "../draft.ts";
import { faultsAt, hintsAt } from "../places.ts";

/** What is said about a field. */
export interface Words {
  label: string;
  hint?: string;
  placeholder?: string;
}

/** Whether the API's names stand beside the labels. */
export const apiNames = signal(false);

/** What an input of the field has to have. */
export interface InputProps {
  id: string;
  name: string;
  "aria-describedby": string;
  "aria-invalid": "true" | undefined;
  "aria-required": "true" | undefined;
  onBlur: (event: FocusEvent) => void;
}

interface FieldProps {
  path: string;
  words: Words;
  required: boolean;
  children: (input: InputProps) => ComponentChildren;
  class?: string;
}

/** A field with one input. */
export function Field({ path, words, required, children, class: given = "" }: FieldProps) {
  const { input, faulty } = useInput(path, required);
  return (
    <div class={`field ${faulty ? "faulty" : ""} ${given}`}>
      <label class="label" for={input.id}>
        <Label words={words} name={path} required={required} />
      </label>
      {children(input)}
      <Below path={path} id={input.id} hint={words.hint} />
    </div>
  );
}

/** A field made of several, with a name for all of them. */
export function Group({ path, words, required, children, class: given = "" }: { path: string; words: Words; required: boolean; children: ComponentChildren; class?: string }) {
  const id = useId();
  const faulty = faultsAt(path).length > 0;
  return (
    <fieldset class={`field group ${faulty ? "faulty" : ""} ${given}`} aria-describedby={describedBy(id)}>
      <legend class="label">
        <Label words={words} name={path} required={required} />
      </legend>
      {children}
      <Below path={path} id={id} hint={words.hint} />
    </fieldset>
  );
}

/** The attributes that bind an input to what stands below it. */
export function useInput(path: string, required: boolean): { input: InputProps; faulty: boolean } {
  const id = useId();
  const faulty = faultsAt(path).length > 0;
  const input: InputProps = {
    id,
    name: path,
    "aria-describedby": describedBy(id),
    "aria-invalid": faulty ? "true" : undefined,
    "aria-required": required ? "true" : undefined,
    // Only on the way from field to field: a fault that appears under the pointer would move what it is about to press.
    onBlur: ({ relatedTarget }) => {
      if (relatedTarget instanceof Element && relatedTarget.matches("input, textarea, select")) touch(path);
    },
  };
  return { input, faulty };
}

export function Below({ path, id, hint }: { path: string; id: string; hint?: string | undefined }) {
  return (
    <>
      <p class="hint" id={`${id}-hint`} hidden={hint === undefined}>
        {hint}
      </p>
      <p class="fault" id={`${id}-fault`}>
        {faultsAt(path).map(({ code, message }) => (
          <span class="sentence" data-code={code} key={code}>
            <Icon name="failed" size={16} />
            <span>{message}</span>
          </span>
        ))}
      </p>
      <p class="advice" id={`${id}-advice`}>
        {hintsAt(path).map(({ code, message }) => (
          <span class="sentence" data-hint={code} key={code}>
            <Icon name="info" size={16} />
            <span>{message}</span>
          </span>
        ))}
      </p>
    </>
  );
}

function Label({ words, name, required }: { words: Words; name: string; required: boolean }) {
  return (
    <>
      {words.label}
      {apiNames.value ? <code class="api-name">{name}</code> : null}
      {required ? null : <span class="optional">{t.optional}</span>}
    </>
  );
}

function describedBy(id: string): string {
  return `${id}-hint ${id}-fault ${id}-advice`;
}

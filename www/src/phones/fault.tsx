// What went wrong with a question, at its place, with the id by which the proxy's log has it.
import { Icon } from "../shell/icons.tsx";
import { t } from "../words.ts";

export function Fault({ message, requestId }: { message: string; requestId?: string }) {
  return (
    <p class="fault" role="alert">
      <span class="sentence">
        <Icon name="failed" size={16} />
        <span>
          {message}
          {requestId ? <span class="request-id"> {t.requestId(requestId)}</span> : null}
        </span>
      </span>
    </p>
  );
}

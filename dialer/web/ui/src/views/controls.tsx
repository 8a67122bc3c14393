// What one does with the person on the line beside talking.

import type { Bank } from "../bank";
import { t } from "../texts";

export function Hold({ bank }: { bank: Bank }) {
  const isOnHold = bank.state?.is_on_hold ?? false;
  return (
    <button type="button" aria-pressed={isOnHold} aria-keyshortcuts="h" onClick={() => void bank.conversation.hold()}>
      {t(isOnHold ? "bar.resume" : "bar.hold")} <kbd aria-hidden="true">H</kbd>
    </button>
  );
}

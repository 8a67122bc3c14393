// A machine answered: the recorded message is left there, and one is free for the next person.

import type { Bank } from "../bank";
import { t } from "../texts";

export function LeaveMessage({ bank }: { bank: Bank }) {
  if (!bank.state?.can_leave_message) return null;
  return (
    <button type="button" aria-keyshortcuts="v" onClick={() => void bank.conversation.leaveMessage()}>
      {t("bar.leave_message")} <kbd aria-hidden="true">V</kbd>
    </button>
  );
}

// Who else is at this telephone: a tap, and answers and notes are that person's.

import type { Bank } from "../bank";
import type { Call } from "../call";
import { t } from "../texts";

export function Household({ bank, call }: { bank: Bank; call: Call }) {
  const { household, person } = call.card;
  if (!household?.length) return null;
  const people = [{ lead_id: null, name: person.name || t("person.unknown") }, ...household];
  return (
    <nav class="household" aria-label={t("household.title")}>
      <span class="hint">{t("household.title")}</span>
      {people.map((one) => (
        <button
          type="button" key={one.lead_id} aria-pressed={call.about === one.lead_id}
          onClick={() => void bank.conversation.speakWith(one.lead_id)}
        >
          {one.name || t("person.unknown")}
        </button>
      ))}
    </nav>
  );
}

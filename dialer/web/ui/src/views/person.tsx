// Who is on the line, or would be: name, place, last contact.

import { t, word } from "../texts";
import type { Card } from "../types";

export function PersonCard({ card }: { card: Card }) {
  const { person } = card;
  const last = person.last_contact;
  const place = [person.town, person.state].filter(Boolean).join(", ");
  return (
    <header class="person">
      <h1>{person.name || t("person.unknown")}</h1>
      <p>
        {person.spoken && <span class="spoken">{t("person.spoken", { spoken: person.spoken })}</span>}
        {place && <span>{place}</span>}
        {person.language && <span>{t("person.language", { language: person.language })}</span>}
        <span>{person.campaign}</span>
      </p>
      {last && (
        <p class="hint">
          {t("person.last", {
            day: new Date(last.at * 1000).toLocaleDateString(),
            what: last.disposition ? word("result", last.disposition) : word("outcome", last.outcome),
          })}{" "}
          {last.note}
        </p>
      )}
    </header>
  );
}

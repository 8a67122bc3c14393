// Dialing by hand: whom he would call next, and then call or skip; or a number of the list.

import { useState } from "preact/hooks";
import type { Bank } from "../bank";
import { t, word } from "../texts";
import { type Card, SKIP_REASONS } from "../types";
import { PersonCard } from "./person";

export function dialsByHand(bank: Bank): boolean {
  return ["preview", "manual"].includes(bank.view?.session.dial_method ?? "");
}

export function ByHand({ bank }: { bank: Bank }) {
  const { preview } = bank.conversation;
  if (preview) return <Preview bank={bank} card={preview} key={preview.lead_id} />;
  switch (bank.view?.session.dial_method) {
    case "preview":
      return <Next bank={bank} />;
    case "manual":
      return <TypedNumber bank={bank} />;
    default:
      return null;
  }
}

function Next({ bank }: { bank: Bank }) {
  const [isNobody, setNobody] = useState(false);
  return (
    <>
      <p class="big">{t("preview.lead")}</p>
      <button type="button" class="main" onClick={async () => setNobody(!(await bank.conversation.showNext()))}>
        {t("preview.next")}
      </button>
      <p role="status">{isNobody ? t("preview.nobody") : ""}</p>
    </>
  );
}

function Preview({ bank, card }: { bank: Bank; card: Card }) {
  const [isDialing, setDialing] = useState(false);

  async function dial() {
    setDialing(true);
    await bank.conversation.dial({ lead_id: card.lead_id });
    setDialing(false);
  }

  return (
    <section class="preview">
      <PersonCard card={card} />
      <button type="button" class="main" disabled={isDialing} onClick={dial}>{t("preview.call")}</button>
      <details>
        <summary>{t("preview.skip")}</summary>
        <div class="choices">
          {SKIP_REASONS.map((reason) => (
            <button
              type="button" class="choice" key={reason}
              onClick={() => void bank.conversation.skip(card.lead_id, reason)}
            >
              {word("skip", reason)}
            </button>
          ))}
        </div>
      </details>
    </section>
  );
}

function TypedNumber({ bank }: { bank: Bank }) {
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const typed = String(new FormData(event.currentTarget).get("number"));
        void bank.conversation.dial({ number: typed.replace(/[^\d+]/g, "") });
      }}
    >
      <label>
        {t("manual.number")}
        <input name="number" type="tel" autocomplete="off" maxLength={20} required placeholder="+1" />
      </label>
      <button class="main">{t("preview.call")}</button>
    </form>
  );
}

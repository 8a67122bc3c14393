// Putting the person through to a third party: whom, how far it is, and what one can do about it.

import { post } from "../api";
import type { Bank } from "../bank";
import { has, t } from "../texts";
import type { TransferView } from "../types";

type Wish = "consult" | "put_through" | "cancel_transfer";

export function Transfer({ bank }: { bank: Bank }) {
  const destinations = bank.view?.session.destinations ?? [];
  const transfer = bank.state?.transfer;
  if (transfer && transfer.stage !== "over") return <UnderWay bank={bank} transfer={transfer} />;
  if (!destinations.length) return null;
  return (
    <details class="tones transfer">
      <summary>{t("transfer.open")}</summary>
      <div class="menu">
        {destinations.map(({ name }) => (
          <button type="button" key={name} onClick={() => ask(bank, "transfer", { destination: name })}>
            {name}
          </button>
        ))}
      </div>
    </details>
  );
}

function UnderWay({ bank, transfer }: { bank: Bank; transfer: TransferView }) {
  const { stage } = transfer;
  const hasAnswered = stage === "answered" || stage === "consulting";
  const button = (wish: Wish, main = false) => (
    <button type="button" class={main ? "main" : ""} onClick={() => ask(bank, wish, {})}>
      {t(`transfer.${wish}`)}
    </button>
  );
  return (
    <>
      {hasAnswered && button("put_through", true)}
      {stage === "answered" && button("consult")}
      {(hasAnswered || stage === "calling") && button("cancel_transfer")}
    </>
  );
}

function ask(bank: Bank, path: string, body: object): void {
  void bank.attempt(async () => void (await post(`/api/volunteer/${path}`, body)));
}

// A sentence for the bar; empty when nothing is to be said.
export function transferInWords(transfer: TransferView | null | undefined): string {
  if (!transfer) return "";
  const isOver = transfer.stage === "over";
  const key = isOver ? `transfer.was_${transfer.outcome}` : `transfer.is_${transfer.stage}`;
  return has(key) ? t(key, { name: transfer.destination }) : "";
}

// The code of conduct, with the checklist that must be ticked.

import { useState } from "preact/hooks";
import type { Bank } from "../bank";
import { t } from "../texts";
import type { Conduct as Code } from "../types";
import { Heading } from "./parts";

export function Conduct({ bank, conduct }: { bank: Bank; conduct: Code }) {
  const [isSending, setSending] = useState(false);

  async function send(event: SubmitEvent) {
    event.preventDefault();
    setSending(true);
    await bank.comingIn.agree(conduct.version, conduct.checklist);
    setSending(false);
  }

  return (
    <form class="page" onSubmit={send}>
      <div lang={conduct.language}>
        <Heading>{conduct.title}</Heading>
        <ul class="rules">{conduct.rules.map((rule) => <li key={rule}>{rule}</li>)}</ul>
      </div>
      {conduct.checklist.length > 0 && (
        <fieldset>
          <legend>{t("conduct.checklist")}</legend>
          {conduct.checklist.map((line) => (
            <label class="tick" key={line} lang={conduct.language}>
              <input type="checkbox" required /> <span>{line}</span>
            </label>
          ))}
        </fieldset>
      )}
      <button class="main" disabled={isSending}>{t("conduct.button")}</button>
    </form>
  );
}

// A page for somebody who works by telephone: he types the code that it said.

import type { Bank } from "../bank";
import { t } from "../texts";
import { Heading } from "./parts";

export function Pair({ bank }: { bank: Bank }) {
  return (
    <form
      class="page"
      onSubmit={(event) => {
        event.preventDefault();
        void bank.comingIn.pair(String(new FormData(event.currentTarget).get("code")));
      }}
    >
      <Heading>{t("pair.title")}</Heading>
      <p>{t("pair.text")}</p>
      <label>
        {t("pair.code")}
        <input name="code" inputMode="numeric" autocomplete="off" pattern="[0-9 ]+" maxLength={20} required />
      </label>
      <button class="main">{t("pair.button")}</button>
    </form>
  );
}

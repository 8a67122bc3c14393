// Languages: which of them a volunteer speaks, and in which somebody wants to be called.

import { language, t } from "../texts";
import type { Card } from "../types";

export function languageName(code: string): string {
  if (code === "other") return t("language.other");
  return new Intl.DisplayNames([language()], { type: "language" }).of(code) ?? code;
}

// What he speaks beside the language of the page; for the form in which it stands.
export function AlsoSpeaks({ spoken }: { spoken: string[] }) {
  const others = spoken.filter((code) => code !== language());
  return (
    <details>
      <summary>{t("join.also_speaks")} <span class="hint">{t("optional")}</span></summary>
      <fieldset class="many">
        <legend class="hint">{t("join.also_speaks_why")}</legend>
        {others.map((code) => (
          <label class="tick" key={code}>
            <input type="checkbox" name="also_speaks" value={code} /> {languageName(code)}
          </label>
        ))}
      </fieldset>
    </details>
  );
}

// Those that somebody here speaks are one tap away; any other one is kept for whoever comes.
export function WhichLanguage({ card, tell }: { card: Card; tell: (code: string) => void }) {
  const near = card.languages.filter((code) => code !== language());
  const far = card.other_languages.filter((code) => code !== language() && !near.includes(code));
  return (
    <fieldset class="when">
      <legend>{t("results.which_language")}</legend>
      <div class="grid">
        {near.map((code) => (
          <button type="button" key={code} data-language={code} onClick={() => tell(code)}>
            {languageName(code)}
          </button>
        ))}
      </div>
      <label>
        {t("language.another")}
        <select value="" onChange={(event) => event.currentTarget.value && tell(event.currentTarget.value)}>
          <option value="">{t("not_said")}</option>
          {[...far, "other"].map((code) => <option key={code} value={code}>{languageName(code)}</option>)}
        </select>
      </label>
    </fieldset>
  );
}

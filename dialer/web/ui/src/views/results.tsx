// How the call went, in one tap; notes and flags.

import { useState } from "preact/hooks";
import type { Bank } from "../bank";
import { type Call, subjectOf, suggested } from "../call";
import { t, word } from "../texts";
import { DISPOSITIONS, FLAG_REASONS } from "../types";
import { MinuteOff } from "./between";
import { Callback } from "./callback";
import { WhichLanguage } from "./language";

const LONGEST_NOTE = 4000;
const SAYS_MORE = ["call_back", "other_language"];

export function Results({ bank, call }: { bank: Bank; call: Call }) {
  const [asks, setAsks] = useState<string | null>(null); // what a result still has to say
  return (
    <section class="results" aria-labelledby="results-title">
      <h2 id="results-title">{t("results.title")} <kbd aria-hidden="true">R</kbd></h2>
      <ResultGrid
        call={call} tap={(one) => (SAYS_MORE.includes(one) ? setAsks(one) : bank.conversation.result(one))}
      />
      {asks === "other_language" && (
        <WhichLanguage
          card={call.card}
          tell={(code) => {
            bank.conversation.result("other_language", { language: code });
            setAsks(null);
          }}
        />
      )}
      {asks === "call_back" && (
        <Callback
          zones={call.card.person.zones ?? []}
          tell={(when) => {
            bank.conversation.result("call_back", when);
            setAsks(null);
          }}
        />
      )}
      {!bank.conversation.isCorrecting && <MinuteOff bank={bank} />}
    </section>
  );
}

export function ResultGrid({ call, tap }: { call: Call; tap: (result: string) => void }) {
  const likely = suggested(subjectOf(call));
  return (
    <div class="grid">
      {DISPOSITIONS.map((one) => (
        <button
          type="button" key={one} class={one === likely ? "likely" : ""} data-result={one}
          data-likely={one === likely} aria-pressed={call.result === one} onClick={() => tap(one)}
        >
          {word("result", one)}
          {one === likely && <span class="badge">{t("results.likely")}</span>}
        </button>
      ))}
    </div>
  );
}

export function Notes({ bank, call, flagged }: { bank: Bank; call: Call; flagged: string | null }) {
  return (
    <section class="notes">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const form = event.currentTarget;
          const words = String(new FormData(form).get("words")).trim();
          if (words) bank.conversation.note(words);
          form.reset();
        }}
      >
        <label>
          {t("notes.title")}
          <textarea name="words" rows={2} maxLength={LONGEST_NOTE} />
        </label>
        <button>{t("notes.button")}</button>
      </form>
      {call.notes.map((note, index) => <p class="kept" key={index}>{note}</p>)}
      <details>
        <summary>{t("flag.title")}</summary>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            const form = new FormData(event.currentTarget);
            bank.conversation.flag(String(form.get("reason")), String(form.get("words")).trim());
          }}
        >
          <label>
            {t("flag.reason")}
            <select name="reason">
              {FLAG_REASONS.map((one) => <option key={one} value={one}>{word("flag", one)}</option>)}
            </select>
          </label>
          <label>{t("flag.words")} <textarea name="words" rows={2} maxLength={LONGEST_NOTE} /></label>
          <button>{t("flag.button")}</button>
        </form>
      </details>
      <p role="status">{flagged ? t("flag.done", { reason: word("flag", flagged) }) : ""}</p>
    </section>
  );
}

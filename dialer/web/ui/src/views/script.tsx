// The script, one block at a time, and the cards for what people say.

import { useMemo, useState } from "preact/hooks";
import { type Call, type Reader, follows, shown } from "../call";
import { t } from "../texts";
import type { HelpCard } from "../types";
import { Question } from "./question";

export function ScriptBlock({ bank, call }: { bank: Reader; call: Call }) {
  const block = shown(call);
  if (!block) return <p>{t("script.none")}</p>;
  const { question } = block;
  const answer = question ? call.answers[question.key] : undefined;
  const isOwed = question?.is_required && answer === undefined;
  return (
    <article class="block" lang={call.card.script!.language} key={block.id} aria-live="polite">
      <h2>{block.title || t("script.title")}</h2>
      {block.say && <p class="say">{block.say}</p>}
      {block.points.length > 0 && (
        <ul class="points">{block.points.map((point) => <li key={point}>{point}</li>)}</ul>
      )}
      {block.hint && <p class="kind">{block.hint}</p>}
      {question && <Question bank={bank} question={question} value={answer} key={question.key} />}
      <p class="steps">
        {call.trail.length > 1 && (
          <button type="button" onClick={() => bank.goBack()} aria-keyshortcuts="Escape">
            {t("script.back")} <kbd aria-hidden="true">Esc</kbd>
          </button>
        )}
        {!block.is_end && follows(block, answer) && (
          <button type="button" class="next" disabled={isOwed} onClick={() => bank.goOn()} data-next>
            {t("script.next")} <kbd aria-hidden="true">N</kbd>
          </button>
        )}
        {block.is_end && <span class="hint">{t("script.end")}</span>}
      </p>
    </article>
  );
}

export function HelpCards({ cards, language }: { cards: HelpCard[]; language: string }) {
  const [wanted, setWanted] = useState("");
  const found = useMemo(() => cards.filter((card) => matches(card, wanted)), [cards, wanted]);
  if (cards.length === 0) return null;
  return (
    <section class="help">
      <h2>{t("cards.title")}</h2>
      <label>
        {t("cards.search")} <kbd aria-hidden="true">/</kbd>
        <input
          type="search" id="card-search" value={wanted}
          onInput={(event) => setWanted(event.currentTarget.value)}
        />
      </label>
      <div lang={language}>
        {found.map((card) => (
          <details key={card.title} open={wanted !== "" && found.length <= 2}>
            <summary>{card.title}</summary>
            <p class="say">{card.say}</p>
          </details>
        ))}
      </div>
      <p role="status" class="hint">{found.length === 0 ? t("cards.none") : ""}</p>
    </section>
  );
}

function matches(card: HelpCard, wanted: string): boolean {
  const words = plain(wanted).split(/\s+/).filter(Boolean);
  const text = plain([card.title, card.say, ...card.match].join(" "));
  return words.every((one) => text.includes(one));
}

// Without accents and case.
function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

// One question of a script, in the way of its kind. Every answer is kept at once.

import { useState } from "preact/hooks";
import type { Reader } from "../call";
import { t, word } from "../texts";
import type { Question as Asked } from "../types";
import { Field } from "./field";

const WAYS_TO_VOTE = ["in_person", "early", "mail"];
const CHANNELS = ["call", "text", "email", "letter", "in_person"];
const LONGEST_LINE = 200;
const LONGEST_TEXT = 4000;

interface Its {
  bank: Reader;
  question: Asked;
  value: unknown;
}

export function Question({ bank, question, value }: Its) {
  return (
    <fieldset class="question">
      <legend>{question.ask} {!question.is_required && <span class="hint">{t("optional")}</span>}</legend>
      <Answer bank={bank} question={question} value={value} />
      {value !== undefined && (
        <button type="button" class="plain" onClick={() => bank.answer(question.key, null)}>
          {t("question.clear")}
        </button>
      )}
    </fieldset>
  );
}

function Answer(its: Its) {
  switch (its.question.kind) {
    case "single":
    case "shift":
      return <Single {...its} />;
    case "multiple":
      return <Multiple {...its} />;
    case "consent":
      return <Consent {...its} />;
    case "vote_plan":
      return <VotePlan {...its} />;
    case "follow_up":
      return <FollowUp {...its} />;
    case "text":
      return <Text {...its} />;
    default:
      return <Line {...its} />;
  }
}

// A tap is the answer, and goes on.
function Single({ bank, question, value }: Its) {
  return (
    <div class="choices">
      {question.choices.map((choice, index) => (
        <Choice
          key={choice.value} number={index + 1} label={choice.label} isChosen={value === choice.value}
          onTap={() => { bank.answer(question.key, choice.value); bank.goOn(); }}
        />
      ))}
    </div>
  );
}

function Multiple({ bank, question, value }: Its) {
  const chosen = Array.isArray(value) ? (value as string[]) : [];
  return (
    <div class="choices">
      {question.choices.map((choice, index) => (
        <Choice
          key={choice.value} number={index + 1} label={choice.label}
          isChosen={chosen.includes(choice.value)}
          onTap={() => {
            const others = chosen.filter((one) => one !== choice.value);
            const now = chosen.includes(choice.value) ? others : [...chosen, choice.value];
            bank.answer(question.key, now.length ? now : null);
          }}
        />
      ))}
    </div>
  );
}

function Consent({ bank, question, value }: Its) {
  const given = (value as { given?: boolean } | undefined)?.given;
  return (
    <>
      {question.words && <blockquote class="say">{question.words}</blockquote>}
      <div class="choices">
        {[true, false].map((one, index) => (
          <Choice
            key={String(one)} number={index + 1} label={t(one ? "yes" : "no")} isChosen={given === one}
            onTap={() => { bank.answer(question.key, { given: one }); bank.goOn(); }}
          />
        ))}
      </div>
    </>
  );
}

function Choice(its: { number: number; label: string; isChosen: boolean; onTap: () => void }) {
  return (
    <button
      type="button" class="choice" aria-pressed={its.isChosen} onClick={its.onTap}
      data-number={its.number} aria-keyshortcuts={its.number < 10 ? String(its.number) : undefined}
    >
      {its.number < 10 && <kbd aria-hidden="true">{its.number}</kbd>} {its.label}
    </button>
  );
}

// A number, an amount of money, or a day and time.
function Line({ bank, question, value }: Its) {
  const isTime = question.kind === "date_time";
  const isMoney = question.kind === "pledge";
  return (
    <Field
      label={t(isTime ? "question.their_time" : isMoney ? "question.amount" : "question.number")}
      type={isTime ? "datetime-local" : "number"} step={isTime ? undefined : isMoney ? "0.01" : "any"}
      least={question.least ?? (isMoney ? 0 : null)} most={question.most}
      value={value === undefined ? "" : String(value)}
      tell={(said) => {
        const its = isTime ? said.slice(0, 16) : Number(said);
        bank.answer(question.key, said === "" ? null : its);
      }}
    />
  );
}

function Text({ bank, question, value }: Its) {
  return (
    <Field
      label={t("question.words")} lines={3} longest={LONGEST_TEXT}
      value={typeof value === "string" ? value : ""}
      tell={(said) => bank.answer(question.key, said.trim() || null)}
    />
  );
}

function VotePlan({ bank, question, value }: Its) {
  const plan = (value ?? {}) as Record<string, string>;
  const tell = (name: string, said: string) => {
    const { [name]: _before, ...others } = plan;
    const now = said.trim() ? { ...others, [name]: said.trim() } : others;
    bank.answer(question.key, Object.keys(now).length ? now : null);
  };
  return (
    <div class="fields">
      <label>
        {t("plan.how")}
        <select value={plan.how ?? ""} onChange={(event) => tell("how", event.currentTarget.value)}>
          <option value="">{t("not_said")}</option>
          {WAYS_TO_VOTE.map((way) => <option key={way} value={way}>{word("vote", way)}</option>)}
        </select>
      </label>
      {(["when", "where"] as const).map((name) => (
        <Field
          key={name} label={t(`plan.${name}`)} longest={LONGEST_LINE} value={plan[name] ?? ""}
          tell={(said) => tell(name, said)}
        />
      ))}
    </div>
  );
}

// Kept when a channel is chosen; what was said before that waits here for it.
function FollowUp({ bank, question, value }: Its) {
  const [draft, setDraft] = useState((value ?? {}) as Record<string, unknown>);
  const tell = (name: string, said: unknown) => {
    const { [name]: _before, ...others } = draft;
    const now = said === "" || said === undefined ? others : { ...others, [name]: said };
    setDraft(now);
    if (now.channel) bank.answer(question.key, now);
  };
  const offered = question.channels.length ? question.channels : CHANNELS;
  return (
    <div class="fields">
      <label>
        {t("follow.channel")}
        <select
          value={String(draft.channel ?? "")}
          onChange={(event) => tell("channel", event.currentTarget.value)}
        >
          <option value="">{t("not_said")}</option>
          {offered.map((one) => <option key={one} value={one}>{word("channel", one)}</option>)}
        </select>
      </label>
      <Field
        label={t("follow.at")} longest={LONGEST_LINE} value={String(draft.at ?? "")}
        tell={(said) => tell("at", said.trim())}
      />
      <label class="tick">
        <input
          type="checkbox" checked={draft.may_visit === true}
          onChange={(event) => tell("may_visit", event.currentTarget.checked)}
        /> <span>{t("follow.may_visit")}</span>
      </label>
    </div>
  );
}

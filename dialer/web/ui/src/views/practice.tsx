// Practice: with whom, the call with card, script and results, and what to do better.

import { useEffect } from "preact/hooks";
import type { Bank } from "../bank";
import type { Call } from "../call";
import { t, word } from "../texts";
import type { PracticeFeedback } from "../types";
import { Heading, clock, useNow } from "./parts";
import { PersonCard } from "./person";
import { ResultGrid } from "./results";
import { HelpCards, ScriptBlock } from "./script";
import { Telephone } from "./ways";

export function PracticeView({ bank }: { bank: Bank }) {
  const { call, feedback } = bank.practice;
  return (
    <>
      <Bar bank={bank} />
      {call ? <PracticeCall bank={bank} call={call} /> : (
        <main>
          <div class="page">
            {feedback ? <Feedback feedback={feedback} /> : <Heading>{t("practice.title")}</Heading>}
            <Voters bank={bank} />
          </div>
        </main>
      )}
    </>
  );
}

function Bar({ bank }: { bank: Bank }) {
  const now = useNow();
  const { call, isOnLine } = bank.practice;
  const state = bank.state?.state ?? "offline";
  const words = isOnLine ? t("practice.on_line") : call ? t("practice.over") : word("state", state);
  return (
    <div class={`bar ${isOnLine ? "talking" : state}`}>
      <p class="state" role="status" aria-live="assertive">{words}</p>
      {isOnLine && call && (
        <span class="timer" role="timer" aria-label={t("bar.timer")}>{clock(now - call.beganAt)}</span>
      )}
      <div class="actions">
        {isOnLine && (
          <button type="button" class="danger" onClick={() => void bank.conversation.hangUp()}>{t("bar.hang_up")}</button>
        )}
        <button
          type="button" disabled={isOnLine || bank.mustPractise}
          onClick={() => void bank.practice.close()}>
          {t("practice.close")}
        </button>
      </div>
    </div>
  );
}

function Voters({ bank }: { bank: Bank }) {
  const { practice } = bank;
  useEffect(() => void practice.load(), [practice]);
  const isConnected = bank.state?.state === "break" && !practice.isOnLine;
  if (practice.voters?.length === 0) return <p>{t("error.no-practice")}</p>;
  return (
    <>
      <p>{t("practice.lead")}</p>
      {bank.mustPractise && <p>{t("practice.required")}</p>}
      {bank.state?.state === "offline" && !bank.line.hasSoftphone && <Telephone bank={bank} />}
      <div class="grid">
        {practice.voters?.map((voter) => (
          <button
            type="button" key={voter} data-voter={voter} disabled={!isConnected}
            onClick={() => void practice.begin(voter)}
          >
            {word("voter", voter)}
          </button>
        ))}
      </div>
    </>
  );
}

function PracticeCall({ bank, call }: { bank: Bank; call: Call }) {
  const { practice } = bank;
  return (
    <main class={practice.isOnLine ? "call" : "call over"} key={call.attemptId}>
      <PersonCard card={call.card} />
      <ScriptBlock bank={practice} call={call} />
      <section class="results" aria-labelledby="results-title">
        <h2 id="results-title">{t("results.title")}</h2>
        <ResultGrid call={call} tap={(one) => practice.result(one)} />
        {!practice.isOnLine && (
          <button type="button" class="plain" onClick={() => void practice.finish()}>
            {t("practice.no_result")}
          </button>
        )}
      </section>
      <aside>
        {call.card.script && (
          <HelpCards cards={call.card.script.cards} language={call.card.script.language} />
        )}
      </aside>
    </main>
  );
}

function Feedback({ feedback }: { feedback: PracticeFeedback }) {
  const share = feedback.talk_share;
  return (
    <section data-passed={feedback.has_passed}>
      <Heading>{t(feedback.has_passed ? "feedback.passed" : "feedback.again")}</Heading>
      {share !== null && <p>{t("feedback.share", { share: Math.round(share * 100) })}</p>}
      {feedback.practised.length > 0 && (
        <p>{t("feedback.practised", {
          voters: feedback.practised.map((one) => word("voter", one)).join(", "),
        })}</p>
      )}
      {feedback.findings.length > 0 && (
        <ul>
          {feedback.findings.map((one) => (
            <li key={one} data-finding={one}>
              {word("finding", one)}
              {one === "answers_missed" && (
                <ul>{feedback.answers_missed.map((ask) => <li key={ask}>{ask}</li>)}</ul>
              )}
              {(one === "other_result" || one === "no_result") && (
                <> {t("feedback.right", {
                  results: feedback.right_results.map((its) => word("result", its)).join(", "),
                })}</>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

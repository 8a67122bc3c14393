// Between calls: how long the wait will be, how far the goal is, a break, a minute off, the shift
// lead, and the check of the sound again when people seem not to hear him.

import { useState } from "preact/hooks";
import type { Bank } from "../bank";
import { goalInWords, moment } from "../goal";
import { t } from "../texts";
import type { Goal, Wait } from "../types";
import { AudioCheck } from "./audio";
import { clock, useNow } from "./parts";
import { Telephone } from "./ways";

const HIDES_OWN = "callbank.hides_own";
const FEW_S = 10;
const IN_MINUTES_S = 90;

// --- the wait --------------------------------------------------------------------------------

export function WaitEstimate({ wait }: { wait: Wait | null | undefined }) {
  if (!wait) return <p class="hint">{t("wait.unknown")}</p>;
  const [from, to] = [roughly(wait.from_s), roughly(wait.to_s)];
  const range = from === to ? "" : t("wait.range", { from, to });
  return <p class="estimate">{t("wait.estimate", { time: roughly(wait.estimate_s) })} {range}</p>;
}

// In words that promise no more than is known.
function roughly(seconds: number): string {
  if (seconds < FEW_S) return t("time.few");
  if (seconds < IN_MINUTES_S) return t("time.seconds", { count: Math.round(seconds / 5) * 5 });
  return t("time.minutes", { count: Math.round(seconds / 60) });
}

// --- the goal --------------------------------------------------------------------------------

// Nobody's figure but his own is ever sent to him; who does not want that either hides it.
export function GoalProgress({ goal }: { goal: Goal | null | undefined }) {
  const [hidesOwn, setHidesOwn] = useState(localStorage.getItem(HIDES_OWN) === "yes");
  if (!goal) return null;
  const what = goalInWords(goal);
  const turn = () => {
    localStorage.setItem(HIDES_OWN, hidesOwn ? "no" : "yes");
    setHidesOwn(!hidesOwn);
  };
  return (
    <section class="goal" aria-labelledby="goal-title">
      <h2 id="goal-title">{t("goal.title", { target: goal.target, what })}</h2>
      <progress max={goal.target} value={Math.min(goal.all, goal.target)} aria-labelledby="goal-all" />
      <p id="goal-all">
        {t(goal.all >= goal.target ? "goal.reached" : "goal.all", { count: goal.all, target: goal.target })}
        {goal.by !== null && ` ${t("goal.by", { time: moment(goal.by) })}`}
      </p>
      {!hidesOwn && (
        <p class="own">
          <span>{t("goal.you", { count: goal.you, target: goal.target })}</span>
          {goal.team !== null && <span>{t("goal.team", { count: goal.team })}</span>}
        </p>
      )}
      <button type="button" class="plain" aria-pressed={hidesOwn} onClick={turn}>{t("goal.hide")}</button>
    </section>
  );
}

// --- breaks ----------------------------------------------------------------------------------

export function BreakNudge({ bank }: { bank: Bank }) {
  if (bank.state?.nudge !== "break" || bank.state.wants === "break") return null;
  return (
    <div class="nudge" role="status">
      <p>{t("nudge.break")}</p>
      <button type="button" onClick={() => void bank.shift.pause()}>
        {t(bank.state.state === "ready" ? "bar.break_now" : "bar.break_after")}
      </button>
    </div>
  );
}

// What he gets it for is nobody's business: the button is there after every call.
export function MinuteOff({ bank }: { bank: Bank }) {
  const { state, shift: { isBreathComing } } = bank;
  if (!state || state.state === "offline" || state.state === "joining" || state.breath_until) return null;
  if (isBreathComing) return <p class="hint" role="status">{t("breath.comes")}</p>;
  return (
    <button type="button" class="plain" onClick={() => void bank.shift.breathe()}>{t("breath.button")}</button>
  );
}

export function Breath({ until }: { until: number }) {
  const now = useNow();
  return <p class="big" role="timer">{t("breath.left", { time: clock(until - now) })}</p>;
}

// --- the shift lead --------------------------------------------------------------------------

export function HelpButton({ bank }: { bank: Bank }) {
  const isAsking = bank.shift.help === "asking";
  return (
    <button type="button" aria-pressed={isAsking} disabled={isAsking} onClick={() => void bank.shift.askHelp()}>
      {t(isAsking ? "help.asked" : "help.button")}
    </button>
  );
}

export function HelpNews({ bank }: { bank: Bank }) {
  return (
    <div class={bank.shift.help === "no" ? "" : "nudge"} role="status">
      {bank.shift.help !== "no" && (
        <>
          <p>{t(`help.${bank.shift.help}_text`)}</p>
          {bank.shift.help !== "asking" && (
            <button type="button" onClick={() => bank.shift.heardOfHelp()}>{t("dismiss")}</button>
          )}
        </>
      )}
    </div>
  );
}

// --- the sound again ---------------------------------------------------------------------------

export function CheckAgain({ bank }: { bank: Bank }) {
  const done = () => void bank.shift.soundIsChecked();
  return (
    <main>
      <p class="notice" role="alert">{t("check.why")}</p>
      {bank.line.hasSoftphone ? <AudioCheck bank={bank} done={done} isAgain /> : (
        <div class="page">
          <p>{t("check.own_telephone")}</p>
          {bank.line.way === "call_me" && !bank.line.chosen ? <Telephone bank={bank} /> : (
            <>
              <p role="status">{t(bank.line.isUnheard ? "hello.unheard" : "audio.heard")}</p>
              <p class="steps">
                <button type="button" class="main" disabled={bank.line.isUnheard} onClick={done}>
                  {t("audio.done")}
                </button>
                {bank.line.isUnheard && (
                  <button type="button" class="plain" onClick={done}>{t("hello.anyway")}</button>
                )}
              </p>
            </>
          )}
        </div>
      )}
    </main>
  );
}

// At work: the bar with what goes on and what one can do, and below it the person, the script and
// the results, or what one waits for.

import { useEffect } from "preact/hooks";
import type { Bank } from "../bank";
import { type Call, isCorrectable, subjectOf } from "../call";
import { t, word } from "../texts";
import { HelpCards, ScriptBlock } from "./script";
import { ByHand, dialsByHand } from "./by_hand";
import { Household } from "./household";
import { Notes, Results } from "./results";
import { Hold } from "./controls";
import { LeaveMessage } from "./voicemail";
import { BreakNudge, Breath, CheckAgain, GoalProgress, HelpButton, HelpNews, MinuteOff, WaitEstimate } from "./between";
import { clock, useNow } from "./parts";
import { PersonCard } from "./person";
import { Transfer, transferInWords } from "./transfer";
import { SayHello, Telephone, saysHello } from "./ways";

export function Work({ bank }: { bank: Bank }) {
  useEffect(() => {
    const press = (event: KeyboardEvent) => pressed(bank, event);
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [bank]);
  return (
    <>
      <Bar bank={bank} />
      <BreakNudge bank={bank} />
      <HelpNews bank={bank} />
      <Middle bank={bank} />
    </>
  );
}

function Middle({ bank }: { bank: Bank }) {
  const { call } = bank.conversation;
  if (call) return <CallView bank={bank} call={call} />;
  return bank.state?.check_audio ? <CheckAgain bank={bank} /> : <Waiting bank={bank} />;
}

function Bar({ bank }: { bank: Bank }) {
  const now = useNow();
  const state = bank.state?.state ?? "offline";
  const { current } = bank.conversation.calls;
  const isTalking = state === "talking";
  return (
    <div class={`bar ${state}`}>
      <p class="state" role="status" aria-live="assertive">{stateInWords(bank)}</p>
      {isTalking && current && (
        <span class="timer" role="timer" aria-label={t("bar.timer")}>{clock(now - current.beganAt)}</span>
      )}
      <div class="actions">
        {isTalking && (
          <button type="button" class="danger" onClick={() => void bank.conversation.hangUp()}>{t("bar.hang_up")}</button>
        )}
        {bank.line.hasSoftphone && (
          <button
            type="button" aria-pressed={bank.phone.isMuted} aria-keyshortcuts="m"
            onClick={() => bank.phone.mute(!bank.phone.isMuted)}
          >
            {t(bank.phone.isMuted ? "bar.unmute" : "bar.mute")} <kbd aria-hidden="true">M</kbd>
          </button>
        )}
        {bank.line.way !== "dial_in" && isTalking && <Hold bank={bank} />}
        {isTalking && <LeaveMessage bank={bank} />}
        {bank.line.way !== "dial_in" && isTalking && <Transfer bank={bank} />}
        {bank.line.hasSoftphone && isTalking && <Tones bank={bank} />}
        <BreakOrReady bank={bank} />
        <HelpButton bank={bank} />
        <button type="button" onClick={() => void bank.shift.leave()}>{t("bar.leave")}</button>
      </div>
    </div>
  );
}

function BreakOrReady({ bank }: { bank: Bank }) {
  const state = bank.state?.state;
  if (state === "break") {
    if (bank.state?.check_audio) return null;
    return <button type="button" class="main" onClick={() => void bank.shift.ready()}>{t("bar.ready")}</button>;
  }
  const wantsBreak = bank.state?.wants === "break";
  return (
    <button
      type="button" aria-pressed={wantsBreak}
      onClick={() => void (wantsBreak ? bank.shift.ready() : bank.shift.pause())}
    >
      {t(state === "ready" ? "bar.break_now" : "bar.break_after")}
    </button>
  );
}

function Tones({ bank }: { bank: Bank }) {
  return (
    <details class="tones">
      <summary>{t("bar.tones")}</summary>
      <div class="keypad">
        {[..."123456789*0#"].map((key) => (
          <button type="button" key={key} onClick={() => bank.phone.tone(key)}>{key}</button>
        ))}
      </div>
    </details>
  );
}

function stateInWords(bank: Bank): string {
  const words = [word("state", bank.state?.state ?? "offline")];
  if (!bank.isUp) words.push(t("link.down"));
  else if (bank.phone.state === "lost") words.push(t("phone.lost"));
  if (bank.phone.isCut) words.push(t("phone.cut"));
  else if (bank.phone.isWeak) words.push(t("phone.weak"));
  if (bank.state?.is_on_hold) words.push(t("bar.is_on_hold"));
  words.push(transferInWords(bank.state?.transfer));
  if (bank.phone.isMuted) words.push(t("bar.is_muted"));
  if (bank.shift.isLeaving) words.push(t("bar.is_leaving"));
  else if (bank.state?.wants === "break") words.push(t("bar.break_comes"));
  return words.filter(Boolean).join(" ");
}

function Waiting({ bank }: { bank: Bank }) {
  const now = useNow();
  const { state, conversation: { calls } } = bank;
  const breathUntil = state?.state === "break" && state.breath_until;
  const isByHand = state?.state === "ready" && dialsByHand(bank);
  return (
    <main class="waiting" tabIndex={-1}>
      {breathUntil ? <Breath until={breathUntil} /> : saysHello(bank) ? <SayHello bank={bank} /> : !isByHand && (
        <p class="big">{word("wait", state?.state ?? "offline")}</p>
      )}
      {isByHand && <ByHand bank={bank} />}
      {state?.state === "ready" && state.since !== null && !isByHand && (
        <>
          <p class="timer">{t("wait.since", { time: clock(now - state.since) })}</p>
          <WaitEstimate wait={state.wait} />
        </>
      )}
      {state?.state !== "offline" && <GoalProgress goal={state?.goal} />}
      {state?.state === "offline" && !bank.line.hasSoftphone && <Telephone bank={bank} />}
      {state?.state === "offline" && bank.line.way !== "dial_in" && (
        <button type="button" class="main" onClick={() => void bank.start()}>{t("start.button")}</button>
      )}
      {calls.last && isCorrectable(calls.last, now) && (
        <button type="button" onClick={() => bank.conversation.correct(true)}>
          {t("correct.button", { name: calls.last.card.person.name })}
        </button>
      )}
      {state?.state === "break" && (
        <button type="button" onClick={() => void bank.practice.open()}>{t("practice.button")}</button>
      )}
      <MinuteOff bank={bank} />
      <Unsaved bank={bank} />
    </main>
  );
}

function CallView({ bank, call }: { bank: Bank; call: Call }) {
  const subject = subjectOf(call);
  return (
    <main class={bank.state?.state === "wrap_up" ? "call over" : "call"} key={call.attemptId}>
      {bank.conversation.isCorrecting && (
        <p class="notice">
          {t("correct.title")}{" "}
          <button type="button" onClick={() => bank.conversation.correct(false)}>{t("correct.done")}</button>
        </p>
      )}
      <PersonCard card={subject.card} />
      <Household bank={bank} call={call} />
      <ScriptBlock bank={bank.conversation} call={subject} key={call.about} />
      <Results bank={bank} call={call} />
      <aside>
        {subject.card.script && (
          <HelpCards cards={subject.card.script.cards} language={subject.card.script.language} />
        )}
        <Notes bank={bank} call={subject} flagged={call.flagged} key={call.about} />
      </aside>
      <Unsaved bank={bank} />
    </main>
  );
}

function Unsaved({ bank }: { bank: Bank }) {
  const count = bank.queue.length;
  return (
    <p class="unsaved hint" role="status" data-unsaved={count}>
      {count > 0 ? t("unsaved", { count }) : ""}
    </p>
  );
}

// Keys for everything that is done often. Where one types, only Escape is ours.
function pressed(bank: Bank, event: KeyboardEvent): void {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const target = event.target as HTMLElement;
  if (target.closest("input, textarea, select")) {
    if (event.key === "Escape") target.blur();
    return;
  }
  const find = (selector: string) => document.querySelector<HTMLElement>(selector);
  if (/^[1-9]$/.test(event.key)) find(`.question [data-number="${event.key}"]`)?.click();
  else if (event.key === "Escape") bank.conversation.goBack();
  else if (event.key.toLowerCase() === "m") bank.phone.mute(!bank.phone.isMuted);
  else if (event.key.toLowerCase() === "h") find("[aria-keyshortcuts=h]")?.click();
  else if (event.key.toLowerCase() === "v") find("[aria-keyshortcuts=v]")?.click();
  else if (event.key.toLowerCase() === "n") find("[data-next]")?.click();
  else if (event.key === "/") find("#card-search")?.focus();
  else if (event.key.toLowerCase() === "r") (find("[data-likely=true]") ?? find("[data-result]"))?.focus();
  else return;
  event.preventDefault();
}

// The people on his line: the call on the screen, what he taps about it, and what can be done in it.

import { get, post } from "./api";
import type { Bank } from "./bank";
import {
  type Call, type Calls, type Reader, answer, callOf, goBack, goOn, keep, restored, subjectOf,
} from "./call";
import { tick } from "./sound";
import type { Card, SessionView } from "./types";

// When somebody wants to be called back, in his own time; the zone where his number leaves it open.
export type CallbackTime = { callback_local: string; callback_zone?: string };

// In which language somebody wants to be called who speaks another one.
export type LanguageWish = { language: string };

export class Conversation implements Reader {
  calls: Calls = { current: null, last: null };
  preview: Card | null = null; // whom he may have dialed
  isCorrecting = false;

  constructor(private readonly bank: Bank) {}

  restore(sessionId: number): void {
    this.calls = restored(sessionId);
  }

  // --- who is there ------------------------------------------------------------------------

  // The call that is on the screen: the one on the line, or the last one while it is corrected.
  get call(): Call | null {
    return this.isCorrecting ? this.calls.last : this.calls.current;
  }

  get subject(): Call | null {
    return this.call && subjectOf(this.call);
  }

  hear(card: Card | null): void {
    this.preview = card && !card.attempt_id ? card : null;
    const waiting = card?.attempt_id ? this.bank.queue.of(card.attempt_id) : [];
    const its = card && card.attempt_id ? callOf(card, this.calls, waiting) : null;
    const before = this.calls.current;
    if (before && before.attemptId !== its?.attemptId) {
      // A line that was dialed and did not become a conversation is no call to correct.
      if (before.beganAt) this.calls.last = before;
      this.isCorrecting = this.hasBrokenOff(before);
    }
    this.calls.current = its;
    this.keep();
  }

  // His leg broke off in the call, so that nobody asked him how it went: he says so first, and
  // gets the next person after that.
  private hasBrokenOff(call: Call): boolean {
    const isIdle = ["offline", "joining", "break"].includes(this.bank.state!.state);
    return isIdle && call.beganAt > 0 && call.result === null;
  }

  personArrived(): void {
    const call = this.calls.current;
    if (call && !call.beganAt) {
      call.beganAt = Date.now() / 1000;
      tick();
    }
    this.keep();
  }

  // Another one of the household came to the telephone; null: the one who was called.
  async speakWith(leadId: number | null): Promise<void> {
    const call = this.call;
    if (!call) return;
    await this.bank.attempt(async () => {
      if (leadId !== null && !call.others[leadId]) {
        const path = `/api/volunteer/calls/${encodeURIComponent(call.attemptId)}/people/${leadId}`;
        call.others[leadId] = callOf(await get<Card>(path), { current: null, last: null }, []);
      }
      call.about = leadId;
      this.keep();
    });
  }

  correct(isCorrecting: boolean): void {
    this.isCorrecting = isCorrecting;
    this.bank.changed();
  }

  // --- what is tapped ----------------------------------------------------------------------

  answer(key: string, value: unknown): void {
    const call = this.subject;
    if (!call?.card.script) return;
    answer(call, key, value);
    const fields = { script_version: call.card.script.version, question: key, value };
    this.bank.queue.add("answer", call.attemptId, { ...fields, ...this.whose() });
    this.keep();
  }

  // The lead of another one of the household, whose answers and notes are his.
  private whose(): { lead_id?: number } {
    const about = this.call?.about ?? null;
    return about === null ? {} : { lead_id: about };
  }

  goOn(): void {
    if (this.subject) goOn(this.subject);
    this.keep();
  }

  goBack(): void {
    if (this.subject) goBack(this.subject);
    this.keep();
  }

  result(disposition: string, more: CallbackTime | LanguageWish | null = null): void {
    const call = this.call;
    if (!call) return;
    call.result = disposition;
    this.bank.queue.add("result", call.attemptId, { disposition, ...more });
    this.isCorrecting = false;
    if (this.bank.state?.state === "break") this.bank.shift.readyIfWanted();
    this.keep();
  }

  note(words: string): void {
    const call = this.subject;
    if (!call) return;
    call.notes = [...call.notes, words];
    this.bank.queue.add("note", call.attemptId, { words, ...this.whose() });
    this.keep();
  }

  flag(reason: string, words: string): void {
    const call = this.call;
    if (!call) return;
    call.flagged = reason;
    this.bank.queue.add("flag", call.attemptId, words ? { reason, words } : { reason });
    this.keep();
  }

  private keep(): void {
    if (this.bank.view) keep(this.bank.view.session.id, this.calls);
    this.bank.changed();
  }

  // --- what is done with the line ----------------------------------------------------------

  async hold(): Promise<void> {
    await this.bank.wish(this.bank.state?.is_on_hold ? "resume" : "hold");
  }

  // The call's result comes with it; the state that tells of its end may be there before the answer.
  async leaveMessage(): Promise<void> {
    const call = this.calls.current;
    if (!call) return;
    const before = call.result;
    call.result = "left_message";
    if (!(await this.bank.wish("voicemail"))) call.result = before;
    this.keep();
  }

  async hangUp(): Promise<void> {
    await this.bank.wish("hangup");
  }

  // Whether there is somebody whom he may call; the card comes by the socket.
  async showNext(): Promise<boolean> {
    let isSomebody = false;
    await this.bank.attempt(async () => {
      const answer = await post<SessionView & { is_somebody: boolean }>("/api/volunteer/preview");
      isSomebody = answer.is_somebody;
    });
    return isSomebody;
  }

  async dial(what: { lead_id: number } | { number: string }): Promise<void> {
    await this.bank.wish("dial", what);
  }

  async skip(leadId: number, reason: string): Promise<void> {
    await this.bank.wish("skip", { lead_id: leadId, reason });
  }
}

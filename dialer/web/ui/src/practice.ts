// Practice calls: somebody simulated on the telephone. What is tapped stays here until the call is
// over, and is asked feedback for then; none of it goes into the queue of clicks. A page that is
// loaded again has it still, though the line of the call ends with the page.

import { get, post } from "./api";
import type { Bank } from "./bank";
import { type Call, answer, callOf, goBack, goOn } from "./call";
import type { Card, PracticeFeedback } from "./types";

const OPEN = "callbank.practising";
const CALL = "callbank.practice_call";
const NEVER_CAME_MS = 5000;

export class Practice {
  isOpen = sessionStorage.getItem(OPEN) === "yes";
  voters: string[] | null = null; // null: not known yet
  call: Call | null = null;
  feedback: PracticeFeedback | null = null;
  private hasBegun = false; // the state has told of the call

  constructor(private readonly bank: Bank) {}

  // His telephone is put on the line, and he stays on a break.
  async open(): Promise<void> {
    this.isOpen = true;
    sessionStorage.setItem(OPEN, "yes");
    await this.bank.rest();
  }

  // What a page before this one knew of the call.
  restore(sessionId: number): void {
    const kept = JSON.parse(sessionStorage.getItem(CALL) ?? "null");
    if (kept?.sessionId !== sessionId) return;
    this.call = kept.call;
    this.hasBegun = true;
  }

  async close(): Promise<void> {
    this.isOpen = false;
    this.call = this.feedback = null;
    sessionStorage.removeItem(OPEN);
    this.keep();
    await this.bank.workOn();
  }

  async load(): Promise<void> {
    await this.bank.attempt(async () => {
      this.voters = (await get<{ voters: string[] }>("/api/volunteer/practice")).voters;
    });
  }

  // Whether somebody simulated is on the line, also one of a page that was loaded again.
  get isOnLine(): boolean {
    return Boolean(this.bank.state?.practice_id) || (this.call !== null && !this.hasBegun);
  }

  async begin(voter: string): Promise<void> {
    this.feedback = null;
    await this.bank.attempt(async () => {
      const card = await post<Card>("/api/volunteer/practice", { voter });
      const call = callOf(card, { current: null, last: null }, []);
      this.call = { ...call, beganAt: Date.now() / 1000 };
      this.hasBegun = this.bank.state?.practice_id === call.attemptId;
      this.keep();
      setTimeout(() => this.hear(true), NEVER_CAME_MS);
    });
  }

  // The state has changed, or should have by now.
  hear(hasBegun = false): void {
    if (this.call && this.bank.state?.practice_id === this.call.attemptId) this.hasBegun = true;
    this.hasBegun ||= hasBegun;
    if (this.call?.result && !this.isOnLine && !this.feedback) void this.finish();
    this.bank.changed();
  }

  result(disposition: string): void {
    if (!this.call) return;
    this.call.result = disposition;
    this.keep();
    this.hear();
  }

  async finish(): Promise<void> {
    const call = this.call;
    if (!call) return;
    const isTold = await this.bank.attempt(async () => {
      const { attemptId: practice_id, trail, answers, result } = call;
      const tapped = { practice_id, trail, answers, ...(result ? { result } : {}) };
      this.feedback = await post<PracticeFeedback>("/api/volunteer/practice/feedback", tapped);
    });
    const isForgotten = this.bank.trouble?.id === "no-such-practice"; // by a server that began anew
    if (isTold || isForgotten) this.call = null;
    this.keep();
    if (isTold) await this.bank.attempt(() => this.bank.reread()); // he may have a certificate now
  }

  // --- the script --------------------------------------------------------------------------------

  answer(key: string, value: unknown): void {
    if (this.call) answer(this.call, key, value);
    this.keep();
  }

  goOn(): void {
    if (this.call) goOn(this.call);
    this.keep();
  }

  goBack(): void {
    if (this.call) goBack(this.call);
    this.keep();
  }

  private keep(): void {
    const kept = { sessionId: this.bank.view?.session.id, call: this.call };
    if (this.call) sessionStorage.setItem(CALL, JSON.stringify(kept));
    else sessionStorage.removeItem(CALL);
    this.bank.changed();
  }
}

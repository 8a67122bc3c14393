// His shift between the calls: ready or on a break, a minute off, the shift lead's help, going home.

import { post } from "./api";
import type { Bank } from "./bank";
import { forget } from "./call";
import type { SessionView, StateMessage } from "./types";

export class Shift {
  isLeaving = false; // he goes home when the call is over
  help: "no" | "asking" | "seen" | "unsure" = "no"; // `unsure`: the link broke while he asked
  isBreathComing = false; // a minute off, after the call
  wantsReady = false; // he has said so, and is as soon as he is on his line
  private isAskingToLeave = false;

  constructor(private readonly bank: Bank) {}

  hear({ state, seq }: StateMessage): void {
    if (state.asks_help_since) this.help = "asking";
    // A server that began anew knows of nobody who asks; else somebody has seen it.
    else if (this.help === "asking") this.help = seq === 1 ? "unsure" : "seen";
    if (state.wants !== "break") this.isBreathComing = false;
  }

  async ready(): Promise<void> {
    this.wantsReady = false;
    await this.bank.wish("ready");
  }

  readyIfWanted(): void {
    if (this.wantsReady) void this.ready();
  }

  async pause(): Promise<void> {
    this.wantsReady = false;
    await this.bank.wish("break");
  }

  // A minute off: after the call, if there is one. The server ends it.
  async breathe(): Promise<void> {
    this.wantsReady = false;
    this.isBreathComing = await this.bank.wish("breathe");
    this.bank.changed();
  }

  async askHelp(): Promise<void> {
    await this.bank.attempt(async () => {
      await post("/api/volunteer/help");
      this.help = "asking";
    });
  }

  heardOfHelp(): void {
    this.help = "no";
    this.bank.changed();
  }

  // He was asked to check his sound again, and goes on.
  async soundIsChecked(): Promise<void> {
    const { way, chosen } = this.bank.line;
    const own = way === "call_me" ? { number: chosen?.number, may_call: true } : {};
    const isTaken = await this.bank.attempt(
      async () => void (await post("/api/volunteer/audio", { way, ...own })),
    );
    if (isTaken) await this.ready();
  }

  // While this is asked he is leaving already: the state that tells of it may come before the
  // answer, and nobody is to call his telephone again then.
  async leave(): Promise<void> {
    if (this.isAskingToLeave) return;
    const wasLeaving = this.isLeaving;
    this.isLeaving = this.isAskingToLeave = true;
    const isAsked = await this.bank.attempt(async () => {
      const answer = await post<{ left?: boolean } & SessionView>("/api/volunteer/leave");
      if (!answer.left) return this.bank.heed(answer); // after the call; the bank asks again then
      this.isLeaving = false;
      forget();
      this.bank.hasLeft();
    });
    this.isAskingToLeave = false;
    if (!isAsked) this.isLeaving = wasLeaving;
    else if (this.isLeaving && this.bank.state?.state === "offline") void this.leave();
    this.bank.changed();
  }
}

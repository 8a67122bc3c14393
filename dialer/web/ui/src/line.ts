// His line: the telephone that he has chosen, and that it is called when he works and is not on it.

import { post } from "./api";
import type { Bank } from "./bank";
import { Tries } from "./tries";
import type { Chosen, SessionView, Way } from "./types";

const START_AGAIN_MS = 2000;
const MOST_STARTS = 6;
const CALL_COMES_MS = 1000; // a page that registered may be called at this moment

export class Line {
  chosen: Chosen | null = null;
  private isPhoneAsked = false;
  private readonly starts = new Tries(MOST_STARTS, START_AGAIN_MS, () => void this.callAgain());

  constructor(private readonly bank: Bank) {}

  get way(): Way | null {
    return this.bank.view?.session.way ?? null;
  }

  // Whether it is the one in this browser, which is also what nobody has chosen yet.
  get hasSoftphone(): boolean {
    return this.way === null || this.way === "browser";
  }

  // Of a telephone that is no browser's, our exchange alone can tell whether he is heard.
  get isUnheard(): boolean {
    return !this.hasSoftphone && !this.bank.state?.is_heard;
  }

  async choose(way: Way, fields: Record<string, unknown> = {}): Promise<boolean> {
    return this.bank.attempt(async () => {
      this.chosen = await post<Chosen>("/api/volunteer/audio", { way, ...fields });
      this.bank.view!.session.way = way;
      if (way !== "browser") this.bank.phone.close();
      this.isPhoneAsked = false;
    });
  }

  // Ask for the microphone and register; throws what getUserMedia throws.
  async openPhone(): Promise<void> {
    await this.bank.phone.openMicrophone();
    if (this.isPhoneAsked) return;
    this.isPhoneAsked = true;
    this.isPhoneAsked = await this.choose("browser");
    if (this.isPhoneAsked && this.chosen?.phone) this.bank.phone.register(this.chosen.phone);
  }

  phoneChanged(): void {
    this.bank.changed();
    if (this.bank.phone.state === "registered") void this.callAgain();
  }

  // It rings once, for the whole shift. Only the softphone here is called again by itself.
  async call(wish: Record<string, boolean> = {}): Promise<void> {
    const { bank } = this;
    await bank.attempt(async () => bank.heed(await post<SessionView>("/api/volunteer/start", wish)));
  }

  // Whatever says that his telephone can be called comes here, often twice at once.
  async callAgain(): Promise<void> {
    const { bank } = this;
    const state = bank.state?.state;
    if (!bank.isWorking || bank.shift.isLeaving || !state || bank.phone.state !== "registered") return;
    if (bank.isElsewhere || state === "joining") return;
    const isOffline = state === "offline";
    if (!isOffline && Date.now() - bank.phone.registeredAt < CALL_COMES_MS) {
      setTimeout(() => void this.callAgain(), CALL_COMES_MS);
      return;
    }
    if (this.starts.take()) await this.call({ is_without_call: !isOffline });
  }

  // He is on it, or has pressed Start anew: the tries are not used up.
  isGood(): void {
    this.starts.reset();
  }

  codeIsUsedUp(): void {
    if (this.way === "dial_in") this.chosen = null;
  }

  close(): void {
    this.isPhoneAsked = false;
    this.bank.phone.close();
  }
}

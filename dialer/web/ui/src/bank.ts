// What the page knows and what can be done: the one place that speaks to server, telephone and
// queue. The views show it and call its methods.

import { ApiError, AwayError, get, post } from "./api";
import {
  type Call, type Calls, answer, callOf, forget, goBack, goOn, keep, restored, subjectOf,
} from "./call";
import { ClickQueue, type Refused } from "./clicks";
import { Phone } from "./phone";
import { Practice } from "./practice";
import { StateSocket } from "./socket";
import { tick } from "./sound";
import { language, speak } from "./texts";
import { Tries } from "./tries";
import type {
  AgentState, Card, Chosen, Conduct, Invitation, SessionView, StateMessage, Way,
} from "./types";

export type Trouble = { id: string; message: string; details: Record<string, unknown> };

// When somebody wants to be called back, in his own time; the zone where his number leaves it open.
export type CallbackTime = { callback_local: string; callback_zone?: string };

// In which language somebody wants to be called who speaks another one.
export type LanguageWish = { language: string };

const WORKING = "callbank.working";
const APPROVAL_POLL_MS = 5000;
const START_AGAIN_MS = 2000;
const MOST_STARTS = 6;
const CALL_COMES_MS = 1000; // a page that registered may be called at this moment

export class Bank {
  readonly code = /^\/join\/([^/]+)$/.exec(location.pathname)?.[1] ?? "";
  readonly isPairing = location.pathname === "/pair";
  readonly phone = new Phone(() => this.phoneChanged());
  readonly queue = new ClickQueue(
    () => this.changed(),
    (refused) => this.refusedClick(refused),
    () => void this.reread(),
  );
  invitation: Invitation | null = null;
  conduct: Conduct | null = null;
  chosen: Chosen | null = null;
  view: SessionView | null = null;
  state: AgentState | null = null;
  preview: Card | null = null; // whom he may have dialed
  calls: Calls = { current: null, last: null };
  isLoading = true;
  isUp = false; // whether the socket speaks with us
  isElsewhere = false;
  isWorking = sessionStorage.getItem(WORKING) === "yes"; // he has pressed Start on this tab
  isCorrecting = false;
  isLeaving = false; // he goes home when the call is over
  private isAskingToLeave = false;
  help: "no" | "asking" | "seen" | "unsure" = "no"; // `unsure`: the link broke while he asked
  isBreathComing = false; // a minute off, after the call
  trouble: Trouble | null = null;
  refusals: Refused[] = [];
  readonly practice = new Practice(this);
  private socket: StateSocket | null = null;
  private isPhoneAsked = false;
  private readonly starts = new Tries(MOST_STARTS, START_AGAIN_MS, () => void this.startAgain());
  private wantsReady = false;
  private listeners = new Set<() => void>();

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  // Whether he gets no person before he has a certificate.
  get mustPractise(): boolean {
    return this.view?.session.needs_practice ?? false;
  }

  changed(): void {
    for (const listener of this.listeners) listener();
  }

  // --- coming in ---------------------------------------------------------------------------

  async open(): Promise<void> {
    addEventListener("pagehide", () => this.phone.close());
    addEventListener("pageshow", (event) => event.persisted && location.reload());
    addEventListener("beforeunload", (event) => {
      if (this.state?.state === "talking" && this.isWorking) event.preventDefault();
    });
    await this.attempt(() => this.reread());
    this.isLoading = false;
    this.changed();
  }

  // Where he stands. Without a session it is the invitation that is shown.
  async reread(): Promise<void> {
    try {
      this.take(await get<SessionView>("/api/volunteer"));
    } catch (error) {
      if (!(error instanceof ApiError) || (error.status !== 401 && error.status !== 410)) throw error;
      this.view = null;
      this.stopWorking();
      if (this.code) await this.readInvitation();
      else if (this.isPairing) this.trouble = null;
      else this.trouble = troubleOf(error);
    }
    this.changed();
  }

  async readInvitation(): Promise<void> {
    const path = `/api/join/${encodeURIComponent(this.code)}?language=${language()}`;
    this.invitation = await get<Invitation>(path);
  }

  async join(fields: Record<string, unknown>): Promise<boolean> {
    return this.attempt(async () => {
      this.take(await post<SessionView>(`/api/join/${encodeURIComponent(this.code)}`, fields));
    });
  }

  // The page of somebody who works by telephone already: it only shows what he does.
  async pair(code: string): Promise<void> {
    await this.attempt(async () => {
      this.take(await post<SessionView>("/api/pair", { code }));
      history.replaceState(null, "", "/volunteer");
      this.isWorking = true;
      sessionStorage.setItem(WORKING, "yes");
      await this.work();
    });
  }

  async agree(version: string, checklist: string[]): Promise<boolean> {
    return this.attempt(async () => {
      this.take(await post<SessionView>("/api/volunteer/conduct", { version, checklist }));
    });
  }

  private take(view: SessionView): void {
    const isNew = this.view?.session.id !== view.session.id;
    this.view = view;
    this.state = this.isUp && this.state ? this.state : view.state;
    if (isNew) {
      speak(view.session.language);
      this.calls = restored(view.session.id);
    }
    const step = view.session.step;
    if (step === "conduct") void this.attempt(() => this.readConduct());
    if (step === "approval") setTimeout(() => void this.attempt(() => this.reread()), APPROVAL_POLL_MS);
    if ((step === "ready_to_start" || step === "practice") && this.isWorking) void this.work();
    // He opened the page again where he was to check his sound: he does it before he starts.
    if (step === "audio" && this.isWorking && !this.socket) this.stopWorking();
    this.changed();
  }

  private async readConduct(): Promise<void> {
    this.conduct = await get<Conduct>("/api/volunteer/conduct");
    this.changed();
  }

  // --- the telephone -----------------------------------------------------------------------

  get way(): Way | null {
    return this.view?.session.way ?? null;
  }

  // Whether it is the one in this browser, which is also what nobody has chosen yet.
  get hasSoftphone(): boolean {
    return this.way === null || this.way === "browser";
  }

  async choose(way: Way, fields: Record<string, unknown> = {}): Promise<boolean> {
    return this.attempt(async () => {
      this.chosen = await post<Chosen>("/api/volunteer/audio", { way, ...fields });
      this.view!.session.way = way;
      if (way !== "browser") this.phone.close();
      this.isPhoneAsked = false;
    });
  }

  // Ask for the microphone and register; throws what getUserMedia throws.
  async openPhone(): Promise<void> {
    await this.phone.openMicrophone();
    if (this.isPhoneAsked) return;
    this.isPhoneAsked = true;
    this.isPhoneAsked = await this.choose("browser");
    if (this.isPhoneAsked && this.chosen?.phone) this.phone.register(this.chosen.phone);
  }

  private phoneChanged(): void {
    this.changed();
    if (this.phone.state === "registered") void this.startAgain();
  }

  // --- at work -----------------------------------------------------------------------------

  async start(): Promise<void> {
    this.wantsReady = true;
    await this.connect();
  }

  // On the line and on a break.
  async rest(): Promise<void> {
    this.wantsReady = false;
    await this.connect();
  }

  // From practice to people.
  async workOn(): Promise<void> {
    if (this.state?.state === "break") await this.ready();
    else await this.start();
  }

  private async connect(): Promise<void> {
    this.isWorking = true;
    this.starts.reset();
    sessionStorage.setItem(WORKING, "yes");
    this.changed();
    await this.work();
    if (this.way === "sip" || this.way === "call_me") await this.callTelephone();
  }

  // It rings once, for the whole shift. Only the softphone here is called again by itself.
  private async callTelephone(wish: Record<string, boolean> = {}): Promise<void> {
    await this.attempt(async () => this.heed(await post<SessionView>("/api/volunteer/start", wish)));
  }

  // Begin or go on: telephone, socket, and the leg when it is not there.
  private async work(): Promise<void> {
    if (!this.socket) {
      this.socket = new StateSocket(
        (message) => this.hear(message),
        (isUp) => this.linkChanged(isUp),
        () => this.leaveToOtherTab(),
      );
      this.socket.connect();
      if (this.state?.state !== "break") this.wantsReady = !this.practice.isOpen;
    }
    try {
      if (this.hasSoftphone) await this.openPhone();
    } catch (error) {
      this.trouble = { id: "no-microphone", message: String(error), details: {} };
      this.changed();
    }
    this.queue.flush();
    await this.startAgain();
  }

  // Whatever says that his telephone can be called comes here, often twice at once.
  private async startAgain(): Promise<void> {
    const state = this.state?.state;
    if (!this.isWorking || this.isLeaving || !state || this.phone.state !== "registered") return;
    if (this.isElsewhere || state === "joining") return;
    const isOffline = state === "offline";
    if (!isOffline && Date.now() - this.phone.registeredAt < CALL_COMES_MS) {
      setTimeout(() => void this.startAgain(), CALL_COMES_MS);
      return;
    }
    if (this.starts.take()) await this.callTelephone({ is_without_call: !isOffline });
  }

  private hear(message: StateMessage): void {
    const before = this.state?.state;
    this.state = message.state;
    this.hearCard(message.card);
    const now = message.state.state;
    if (now === "talking" && before !== "talking") this.personArrived();
    this.hearBetween(message);
    // Whoever picks up a telephone in the network may be a machine: he says himself that he is there.
    const isFree = now === "break" && !message.state.check_audio && this.way !== "call_me";
    if (isFree && this.wantsReady && !this.isCorrecting && !this.practice.isOpen) void this.ready();
    this.practice.hear();
    if (now === "ready" || now === "talking") this.starts.reset();
    if (now !== "offline" && this.way === "dial_in") this.chosen = null; // the code is used up
    if (now === "offline" && this.isLeaving) void this.leave();
    else if (now === "offline") {
      // On a break it stays as it is: he may have pressed Start before the old leg was seen to be gone.
      if (before !== undefined && before !== "offline" && before !== "break") this.wantsReady = true;
      if (message.state.wants === "" && this.isWorking) void this.startAgain();
    }
    this.changed();
  }

  private hearBetween({ state, seq }: StateMessage): void {
    if (state.asks_help_since) this.help = "asking";
    // A server that began anew knows of nobody who asks; else somebody has seen it.
    else if (this.help === "asking") this.help = seq === 1 ? "unsure" : "seen";
    if (state.wants !== "break") this.isBreathComing = false;
  }

  private hearCard(card: Card | null): void {
    this.preview = card && !card.attempt_id ? card : null;
    const its = card && card.attempt_id ? callOf(card, this.calls, this.queue.of(card.attempt_id)) : null;
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
    const isIdle = ["offline", "joining", "break"].includes(this.state!.state);
    return isIdle && call.beganAt > 0 && call.result === null;
  }

  private personArrived(): void {
    const call = this.calls.current;
    if (call && !call.beganAt) {
      call.beganAt = Date.now() / 1000;
      tick();
    }
    this.keep();
  }

  private linkChanged(isUp: boolean): void {
    if (isUp !== this.isUp) {
      this.isUp = isUp;
      if (isUp) this.queue.flush();
      else setTimeout(() => !this.isUp && void this.attempt(() => this.reread()), START_AGAIN_MS);
      this.changed();
    }
  }

  private leaveToOtherTab(): void {
    this.isElsewhere = true;
    this.stopWorking();
    this.changed();
  }

  private stopWorking(): void {
    this.isWorking = false;
    sessionStorage.removeItem(WORKING);
    this.socket?.stop();
    this.socket = null;
    this.isUp = this.isPhoneAsked = false;
    this.phone.close();
  }

  async ready(): Promise<void> {
    this.wantsReady = false;
    await this.wish("ready");
  }

  async pause(): Promise<void> {
    this.wantsReady = false;
    await this.wish("break");
  }

  async hold(): Promise<void> {
    await this.wish(this.state?.is_on_hold ? "resume" : "hold");
  }

  // The call's result comes with it; the state that tells of its end may be there before the answer.
  async leaveMessage(): Promise<void> {
    const call = this.calls.current;
    if (!call) return;
    const before = call.result;
    call.result = "left_message";
    if (!(await this.wish("voicemail"))) call.result = before;
    this.keep();
  }

  async hangUp(): Promise<void> {
    await this.wish("hangup");
  }

  // A minute off: after the call, if there is one. The server ends it.
  async breathe(): Promise<void> {
    this.wantsReady = false;
    this.isBreathComing = await this.wish("breathe");
    this.changed();
  }

  async askHelp(): Promise<void> {
    await this.attempt(async () => {
      await post("/api/volunteer/help");
      this.help = "asking";
    });
  }

  heardOfHelp(): void {
    this.help = "no";
    this.changed();
  }

  // He was asked to check his sound again, and goes on.
  async soundIsChecked(): Promise<void> {
    const own = this.way === "call_me" ? { number: this.chosen?.number, may_call: true } : {};
    const isTaken = await this.attempt(
      async () => void (await post("/api/volunteer/audio", { way: this.way, ...own })),
    );
    if (isTaken) await this.ready();
  }

  private async wish(wish: string): Promise<boolean> {
    return this.attempt(async () => this.heed(await post<SessionView>(`/api/volunteer/${wish}`)));
  }

  // Whether there is somebody whom he may call; the card comes by the socket.
  async showNext(): Promise<boolean> {
    let isSomebody = false;
    await this.attempt(async () => {
      const answer = await post<SessionView & { is_somebody: boolean }>("/api/volunteer/preview");
      isSomebody = answer.is_somebody;
    });
    return isSomebody;
  }

  async dial(what: { lead_id: number } | { number: string }): Promise<void> {
    await this.attempt(async () => this.heed(await post<SessionView>("/api/volunteer/dial", what)));
  }

  async skip(leadId: number, reason: string): Promise<void> {
    await this.attempt(async () => {
      this.heed(await post<SessionView>("/api/volunteer/skip", { lead_id: leadId, reason }));
    });
  }

  private heed(view: SessionView): void {
    this.view = view;
    if (!this.isUp) this.state = view.state;
    this.changed();
  }

  // While this is asked he is leaving already: the state that tells of it may come before the
  // answer, and nobody is to call his telephone again then.
  async leave(): Promise<void> {
    if (this.isAskingToLeave) return;
    const wasLeaving = this.isLeaving;
    this.isLeaving = this.isAskingToLeave = true;
    const isAsked = await this.attempt(async () => {
      const answer = await post<{ left?: boolean } & SessionView>("/api/volunteer/leave");
      if (!answer.left) return this.heed(answer); // after the call; `hear` asks again then
      this.isLeaving = false;
      this.stopWorking();
      forget();
      this.view = null;
      this.state = null;
      this.trouble = { id: "left", message: "", details: {} };
      this.changed();
    });
    this.isAskingToLeave = false;
    if (!isAsked) this.isLeaving = wasLeaving;
    else if (this.isLeaving && this.state?.state === "offline") void this.leave();
    this.changed();
  }

  // --- the call ----------------------------------------------------------------------------

  // The call that is on the screen: the one on the line, or the last one while it is corrected.
  get call(): Call | null {
    return this.isCorrecting ? this.calls.last : this.calls.current;
  }

  get subject(): Call | null {
    return this.call && subjectOf(this.call);
  }

  // Another one of the household came to the telephone; null: the one who was called.
  async speakWith(leadId: number | null): Promise<void> {
    const call = this.call;
    if (!call) return;
    await this.attempt(async () => {
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
    this.changed();
  }

  answer(key: string, value: unknown): void {
    const call = this.subject;
    if (!call?.card.script) return;
    answer(call, key, value);
    const fields = { script_version: call.card.script.version, question: key, value };
    this.queue.add("answer", call.attemptId, { ...fields, ...this.whose() });
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
    this.queue.add("result", call.attemptId, { disposition, ...more });
    this.isCorrecting = false;
    if (this.state?.state === "break" && this.wantsReady) void this.ready();
    this.keep();
  }

  note(words: string): void {
    const call = this.subject;
    if (!call) return;
    call.notes = [...call.notes, words];
    this.queue.add("note", call.attemptId, { words, ...this.whose() });
    this.keep();
  }

  flag(reason: string, words: string): void {
    const call = this.call;
    if (!call) return;
    call.flagged = reason;
    this.queue.add("flag", call.attemptId, words ? { reason, words } : { reason });
    this.keep();
  }

  dismiss(): void {
    this.trouble = null;
    this.refusals = [];
    this.changed();
  }

  private refusedClick(refused: Refused): void {
    this.refusals = [...this.refusals, refused];
    this.changed();
  }

  private keep(): void {
    if (this.view) keep(this.view.session.id, this.calls);
    this.changed();
  }

  // Do it; what goes wrong is shown. Whether it was done.
  async attempt(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      this.trouble = this.trouble?.id === "left" ? this.trouble : null;
      return true;
    } catch (error) {
      if (!(error instanceof ApiError) && !(error instanceof AwayError)) throw error;
      this.trouble = troubleOf(error);
      return false;
    } finally {
      this.changed();
    }
  }
}

function troubleOf(error: ApiError | AwayError): Trouble {
  if (error instanceof AwayError) return { id: "away", message: "", details: {} };
  return { id: error.id, message: error.message, details: error.details };
}

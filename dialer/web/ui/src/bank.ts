// What the page knows and what can be done: the one place that speaks to server, telephone and
// queue. The views show it and call the methods of its parts.

import { ApiError, AwayError, get, post } from "./api";
import { ClickQueue, type Refused } from "./clicks";
import { ComingIn } from "./coming_in";
import { Conversation } from "./conversation";
import { Line } from "./line";
import { Phone } from "./phone";
import { Practice } from "./practice";
import { Shift } from "./shift";
import { LiveSocket } from "./socket";
import { speak } from "./texts";
import type { AgentState, SessionView, StateMessage } from "./types";

export type Trouble = { id: string; message: string; details: Record<string, unknown> };

const WORKING = "callbank.working";
const APPROVAL_POLL_MS = 5000;
const REREAD_MS = 2000;

export class Bank {
  readonly phone = new Phone(() => this.line.phoneChanged());
  readonly queue = new ClickQueue(
    () => this.changed(),
    (refused) => this.refusedClick(refused),
    () => void this.reread(),
  );
  view: SessionView | null = null;
  state: AgentState | null = null;
  isLoading = true;
  isUp = false; // whether the socket speaks with us
  isElsewhere = false;
  isWorking = sessionStorage.getItem(WORKING) === "yes"; // he has pressed Start on this tab
  trouble: Trouble | null = null;
  refusals: Refused[] = [];
  readonly comingIn = new ComingIn(this);
  readonly line = new Line(this);
  readonly shift = new Shift(this);
  readonly conversation = new Conversation(this);
  readonly practice = new Practice(this);
  private socket: LiveSocket<StateMessage> | null = null;
  private listeners = new Set<() => void>();

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  changed(): void {
    for (const listener of this.listeners) listener();
  }

  // Whether he gets no person before he has a certificate.
  get mustPractise(): boolean {
    return this.view?.session.needs_practice ?? false;
  }

  // --- where he stands ---------------------------------------------------------------------

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

  // Without a session it is the invitation that is shown.
  async reread(): Promise<void> {
    try {
      this.take(await get<SessionView>("/api/volunteer"));
    } catch (error) {
      if (!(error instanceof ApiError) || (error.status !== 401 && error.status !== 410)) throw error;
      this.view = null;
      this.stopWorking();
      if (this.comingIn.code) await this.comingIn.readInvitation();
      else if (this.comingIn.isPairing) this.trouble = null;
      else this.trouble = troubleOf(error);
    }
    this.changed();
  }

  take(view: SessionView): void {
    const isNew = this.view?.session.id !== view.session.id;
    this.view = view;
    this.state = this.isUp && this.state ? this.state : view.state;
    if (isNew) {
      speak(view.session.language);
      this.conversation.restore(view.session.id);
      this.practice.restore(view.session.id);
    }
    const step = view.session.step;
    if (step === "conduct") void this.attempt(() => this.comingIn.readConduct());
    if (step === "approval") this.awaitApproval();
    if ((step === "ready_to_start" || step === "practice") && this.isWorking) void this.work();
    // He opened the page again where he was to check his sound: he does it before he starts.
    if (step === "audio" && this.isWorking && !this.socket) this.stopWorking();
    this.changed();
  }

  // Also when the server is away meanwhile.
  private awaitApproval(): void {
    setTimeout(async () => {
      if (!(await this.attempt(() => this.reread()))) this.awaitApproval();
    }, APPROVAL_POLL_MS);
  }

  heed(view: SessionView): void {
    this.view = view;
    if (!this.isUp) this.state = view.state;
    this.changed();
  }

  // Ask the server for something in his name; whether it was taken.
  async wish(wish: string, body: unknown = {}): Promise<boolean> {
    return this.attempt(async () => this.heed(await post<SessionView>(`/api/volunteer/${wish}`, body)));
  }

  // --- at work -----------------------------------------------------------------------------

  async start(): Promise<void> {
    this.shift.wantsReady = true;
    await this.connect();
  }

  // On the line and on a break.
  async rest(): Promise<void> {
    this.shift.wantsReady = false;
    await this.connect();
  }

  // From practice to people.
  async workOn(): Promise<void> {
    if (this.state?.state === "break") await this.shift.ready();
    else await this.start();
  }

  private async connect(): Promise<void> {
    this.line.isGood();
    this.beginWork();
    this.changed();
    await this.work();
    if (this.line.way === "sip" || this.line.way === "call_me") await this.line.call();
  }

  beginWork(): void {
    this.isWorking = true;
    sessionStorage.setItem(WORKING, "yes");
  }

  // Begin or go on: telephone, socket, and the leg when it is not there.
  async work(): Promise<void> {
    if (!this.socket) {
      this.socket = new LiveSocket<StateMessage>(
        "/api/volunteer/socket",
        (message) => this.hear(message),
        (isUp) => this.linkChanged(isUp),
        () => this.leaveToOtherTab(),
      );
      this.socket.connect();
      if (this.state?.state !== "break") this.shift.wantsReady = !this.practice.isOpen;
    }
    try {
      if (this.line.hasSoftphone) await this.line.openPhone();
    } catch (error) {
      this.trouble = { id: "no-microphone", message: String(error), details: {} };
      this.changed();
    }
    this.queue.flush();
    await this.line.callAgain();
  }

  private hear(message: StateMessage): void {
    const before = this.state?.state;
    this.state = message.state;
    this.conversation.hear(message.card);
    const now = message.state.state;
    if (now === "talking" && before !== "talking") this.conversation.personArrived();
    this.shift.hear(message);
    // Whoever picks up a telephone in the network may be a machine: he says himself that he is there.
    const isThere = this.line.way !== "call_me" && !this.line.isUnheard;
    const isFree = now === "break" && !message.state.check_audio && isThere;
    const isBusy = this.conversation.isCorrecting || this.practice.isOpen;
    if (isFree && !isBusy) this.shift.readyIfWanted();
    this.practice.hear();
    if (now === "ready" || now === "talking") this.line.isGood();
    if (now !== "offline") this.line.codeIsUsedUp();
    else this.hearOffline(before, message.state);
    this.changed();
  }

  private hearOffline(before: string | undefined, { wants }: AgentState): void {
    if (this.shift.isLeaving) return void this.shift.leave();
    // On a break it stays as it is: he may have pressed Start before the old leg was seen to be gone.
    const wasOnLine = before !== undefined && before !== "offline" && before !== "break";
    if (wasOnLine) this.shift.wantsReady = true;
    if (wants === "" && this.isWorking) void this.line.callAgain();
  }

  private linkChanged(isUp: boolean): void {
    if (isUp !== this.isUp) {
      this.isUp = isUp;
      if (isUp) this.queue.flush();
      else setTimeout(() => !this.isUp && void this.attempt(() => this.reread()), REREAD_MS);
      this.changed();
    }
  }

  private leaveToOtherTab(): void {
    this.isElsewhere = true;
    this.stopWorking();
    this.changed();
  }

  hasLeft(): void {
    this.stopWorking();
    this.view = null;
    this.state = null;
    this.trouble = { id: "left", message: "", details: {} };
    this.changed();
  }

  private stopWorking(): void {
    this.isWorking = false;
    sessionStorage.removeItem(WORKING);
    this.socket?.stop();
    this.socket = null;
    this.isUp = false;
    this.line.close();
  }

  // --- what goes wrong ---------------------------------------------------------------------

  dismiss(): void {
    this.trouble = null;
    this.refusals = [];
    this.changed();
  }

  private refusedClick(refused: Refused): void {
    this.refusals = [...this.refusals, refused];
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

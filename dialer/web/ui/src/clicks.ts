// The queue of clicks: kept on this device until the server has them, sent in their order, each
// with an id by which the server keeps it once.

import { ApiError, post } from "./api";

export interface Click {
  id: string;
  kind: "answer" | "result" | "flag" | "note";
  at: number;
  attempt_id: string;
  [field: string]: unknown;
}

export interface Refused {
  click: Click;
  id: string;
  message: string;
}

interface Answer {
  saved: string[];
  refused: { id: string; error_id: string; message: string }[];
}

const KEPT = "callbank.clicks";
const MOST_AT_ONCE = 50;
const PAUSES_MS = [500, 1000, 2000, 5000];

export class ClickQueue {
  private waiting: Click[];
  private isSending = false;
  private failures = 0;
  private timer: number | undefined;

  constructor(
    private readonly changed: () => void,
    private readonly onRefused: (refused: Refused) => void,
    private readonly onSessionOver: () => void,
  ) {
    this.waiting = read();
    addEventListener("online", () => this.flush());
  }

  get length(): number {
    return this.waiting.length;
  }

  // Clicks of a call that are not with the server yet.
  of(attemptId: string): Click[] {
    return this.waiting.filter((click) => click.attempt_id === attemptId);
  }

  add(kind: Click["kind"], attemptId: string, fields: Record<string, unknown>): void {
    const id = uuid();
    this.waiting.push({ ...fields, id, kind, at: Date.now() / 1000, attempt_id: attemptId });
    this.keep();
    this.flush();
  }

  flush(): void {
    if (this.isSending || this.waiting.length === 0) return;
    clearTimeout(this.timer);
    this.isSending = true;
    void this.send(this.waiting.slice(0, MOST_AT_ONCE)).finally(() => {
      this.isSending = false;
      if (this.waiting.length === 0) return;
      const pause = this.failures === 0 ? 0 : PAUSES_MS[Math.min(this.failures, PAUSES_MS.length) - 1];
      this.timer = setTimeout(() => this.flush(), pause);
    });
  }

  private async send(clicks: Click[]): Promise<void> {
    try {
      const answer = await post<Answer>("/api/volunteer/clicks", { clicks });
      this.failures = 0;
      const done = new Set([...answer.saved, ...answer.refused.map((one) => one.id)]);
      this.waiting = this.waiting.filter((click) => !done.has(click.id));
      this.keep();
      for (const one of answer.refused) this.tell(clicks, one.id, one.error_id, one.message);
    } catch (error) {
      this.failures += 1;
      if (!(error instanceof ApiError)) return;
      if (error.status === 401 || error.status === 410) this.onSessionOver();
      else if (error.status < 500 && error.status !== 429) await this.giveUp(clicks, error);
    }
  }

  // A request that is refused as a whole must not hold up what comes after it.
  private async giveUp(clicks: Click[], error: ApiError): Promise<void> {
    if (clicks.length > 1) {
      for (const click of clicks) await this.send([click]);
      return;
    }
    this.waiting = this.waiting.filter((click) => click.id !== clicks[0].id);
    this.keep();
    this.tell(clicks, clicks[0].id, error.id, error.message);
  }

  private tell(clicks: Click[], id: string, errorId: string, message: string): void {
    const click = clicks.find((one) => one.id === id);
    if (click) this.onRefused({ click, id: errorId, message });
  }

  private keep(): void {
    localStorage.setItem(KEPT, JSON.stringify(this.waiting));
    this.changed();
  }
}

function read(): Click[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
    return Array.isArray(kept) ? kept : [];
  } catch {
    return [];
  }
}

// crypto.randomUUID is missing outside secure contexts; getRandomValues never is.
function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)]
    .join("-");
}

// What the shift lead's page knows: one campaign's board as the server tells it, and what he does.

import { ApiError, AwayError, get, post } from "./api";
import { LiveSocket } from "./socket";
import { alarm, canSound, unlock } from "./sound";
import { t } from "./texts";
import type { GoalCount, StateWord } from "./types";

export type Trouble = "not_running" | "asterisk_away" | "database_away" | "message_failed";

// As dialer/web/lead/board.py.
export interface Board {
  campaign: string;
  state: string;
  dial_method: string;
  trouble: Trouble[];
  last_decision: string;
  help: Asking[];
  waiting_approval: { session_id: number; first_name: string; team: string; since: number }[];
  volunteers: Volunteer[];
  lines_dialing: number;
  people_waiting: number;
  people_talking: number;
  goal: GoalCount | null;
  abandonment: Abandonment | null;
  utilisation: number | null;
  reachable: number | null;
}

export interface Asking {
  agent_id: number;
  name: string;
  team: string;
  since: number;
}

export interface Volunteer {
  agent_id: number;
  name: string;
  team: string;
  state: StateWord;
  since: number;
  wants: string;
  is_practising: boolean;
  is_on_hold: boolean;
}

export interface Abandonment {
  rate: number;
  limit: number;
  left: number;
}

interface BoardMessage {
  at: number;
  board: Board;
}

const BOARD = "/api/floor/board";
const RING_EVERY_MS = 20_000;
const REREAD_MS = 2000;

export class FloorWatch {
  board: Board | null = null;
  isLoading = true;
  isUp = false; // whether the socket speaks with us
  trouble: ApiError | AwayError | null = null;
  private skewS = 0; // the server's clock before ours
  private known = new Set<number>(); // who was asking when it rang last
  private socket: LiveSocket<BoardMessage> | null = null;
  private timer: number | undefined;
  private readonly listeners = new Set<() => void>();

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  changed(): void {
    document.title = this.title();
    for (const listener of this.listeners) listener();
  }

  async open(): Promise<void> {
    addEventListener("hashchange", () => location.reload()); // another link, in the same tab
    await this.enter();
    this.isLoading = false;
    if (!this.isShutOut) this.connect();
    setInterval(() => this.ring(), RING_EVERY_MS);
    const listened = () => void unlock().then(() => this.changed());
    listened();
    for (const kind of ["click", "keydown"]) addEventListener(kind, listened);
    this.changed();
  }

  // Whether the server knows no link of ours, or one that holds no more.
  private get isShutOut(): boolean {
    return this.trouble instanceof ApiError && [401, 410].includes(this.trouble.status);
  }

  // Whether it would be heard when somebody asks for help.
  get isSilent(): boolean {
    return !canSound();
  }

  // Seconds since an instant of the server's.
  age(since: number, now: number): number {
    return now + this.skewS - since;
  }

  async seen(agentId: number): Promise<void> {
    await this.ask(`${BOARD}/help/${agentId}/seen`);
  }

  async approve(sessionId: number): Promise<void> {
    await this.ask(`${BOARD}/sessions/${sessionId}/approve`);
  }

  dismiss(): void {
    this.trouble = null;
    this.changed();
  }

  // The link's secret stands behind its #, which no browser sends: not into a log, not to others.
  private async enter(): Promise<void> {
    const secret = location.hash.slice(1);
    await this.attempt(async () => {
      if (secret) await post(`${BOARD}/enter`, { secret });
      history.replaceState(null, "", location.pathname);
      this.take(await get<Board>(BOARD));
    });
  }

  private connect(): void {
    this.socket = new LiveSocket<BoardMessage>(
      `${BOARD}/socket`,
      ({ at, board }) => {
        this.skewS = at - Date.now() / 1000;
        this.take(board);
      },
      (isUp) => this.linkChanged(isUp),
      () => {
        this.isUp = false;
        void this.reread().then(() => this.board && this.connect());
      },
    );
    this.socket.connect();
  }

  private linkChanged(isUp: boolean): void {
    if (isUp && !this.isUp) this.trouble = null;
    this.isUp = isUp;
    clearTimeout(this.timer);
    if (!isUp) this.timer = setTimeout(() => void this.reread(), REREAD_MS);
    this.changed();
  }

  // Without a link that holds, nothing of the floor stays on the screen.
  private async reread(): Promise<void> {
    if (this.isUp) return;
    await this.enter();
    if (!this.isShutOut) return;
    this.socket?.stop();
    this.board = null;
    this.changed();
  }

  private take(board: Board): void {
    const asking = board.help.map((one) => one.agent_id);
    const isNew = asking.some((id) => !this.known.has(id));
    this.board = board;
    this.known = new Set(asking);
    if (isNew) this.ring();
    this.changed();
  }

  private ring(): void {
    if (this.board?.help.length) alarm();
  }

  private title(): string {
    const asking = this.board?.help.length ?? 0;
    const campaign = this.board?.campaign ?? "Callbank";
    return asking > 0 ? `(${asking}) ${t("floor.asks_title")} · ${campaign}` : campaign;
  }

  private async ask(path: string): Promise<void> {
    await this.attempt(async () => this.take(await post<Board>(path)));
  }

  private async attempt(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
      this.trouble = null;
    } catch (error) {
      if (!(error instanceof ApiError) && !(error instanceof AwayError)) throw error;
      this.trouble = error;
    } finally {
      this.changed();
    }
  }
}

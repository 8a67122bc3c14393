// How he comes in: by a link's invitation or a spoken code, and what he agrees to before he starts.

import { get, post } from "./api";
import type { Bank } from "./bank";
import { language } from "./texts";
import type { Conduct, Invitation, SessionView } from "./types";

export class ComingIn {
  readonly code = /^\/join\/([^/]+)$/.exec(location.pathname)?.[1] ?? "";
  readonly isPairing = location.pathname === "/pair";
  invitation: Invitation | null = null;
  conduct: Conduct | null = null;

  constructor(private readonly bank: Bank) {}

  async readInvitation(): Promise<void> {
    const path = `/api/join/${encodeURIComponent(this.code)}?language=${language()}`;
    this.invitation = await get<Invitation>(path);
  }

  // Another language was chosen: what the server wrote in the one before is read again.
  speakAnother(): void {
    if (this.invitation) void this.readInvitation().then(() => this.bank.changed());
    this.bank.changed();
  }

  async join(fields: Record<string, unknown>): Promise<boolean> {
    return this.bank.attempt(async () => {
      this.bank.take(await post<SessionView>(`/api/join/${encodeURIComponent(this.code)}`, fields));
    });
  }

  // The page of somebody who works by telephone already: it only shows what he does.
  async pair(code: string): Promise<void> {
    await this.bank.attempt(async () => {
      this.bank.take(await post<SessionView>("/api/pair", { code }));
      history.replaceState(null, "", "/volunteer");
      this.bank.beginWork();
      await this.bank.work();
    });
  }

  async readConduct(): Promise<void> {
    this.conduct = await get<Conduct>("/api/volunteer/conduct");
    this.bank.changed();
  }

  async agree(version: string, checklist: string[]): Promise<boolean> {
    return this.bank.attempt(async () => {
      this.bank.take(await post<SessionView>("/api/volunteer/conduct", { version, checklist }));
    });
  }
}

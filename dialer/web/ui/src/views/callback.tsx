// When to call back, in the time of the person on the line.

import { useState } from "preact/hooks";
import type { CallbackTime } from "../conversation";
import { language, t } from "../texts";
import { useNow } from "./parts";

export function Callback({ zones, tell }: { zones: string[]; tell: (when: CallbackTime | null) => void }) {
  const [zone, setZone] = useState(zones.length === 1 ? zones[0] : "");
  const now = useNow();

  function send(event: SubmitEvent): void {
    event.preventDefault();
    const local = String(new FormData(event.currentTarget as HTMLFormElement).get("at")).slice(0, 16);
    tell(local ? { callback_local: local, ...(zone && { callback_zone: zone }) } : null);
  }

  return (
    <form class="when" onSubmit={send}>
      {zones.length > 1 && (
        <label>
          {t("results.zone")}
          <select value={zone} onChange={(event) => setZone(event.currentTarget.value)} required>
            <option value="">{t("not_said")}</option>
            {zones.map((one) => <option key={one} value={one}>{clockIn(one, now)}</option>)}
          </select>
        </label>
      )}
      {zones.length === 1 && <p class="hint">{t("results.their_clock", { clock: clockIn(zones[0], now) })}</p>}
      {zones.length > 0
        ? <label>{t("results.when")} <input type="datetime-local" name="at" /></label>
        : <p class="hint">{t("results.no_zone")}</p>}
      <button class="main">{t("results.call_back")}</button>
    </form>
  );
}

// What the clocks say there, with the zone's name.
function clockIn(zone: string, now: number): string {
  const place = zone.split("/").pop()!.replaceAll("_", " ");
  const time = new Intl.DateTimeFormat(language(), { timeZone: zone, weekday: "short", hour: "numeric", minute: "2-digit" });
  return `${time.format(now * 1000)} (${place})`;
}

// Parts of the shift lead's page.

import { goalInWords, moment } from "../goal";
import { type TextKey, t, word } from "../texts";
import type { Abandonment, Asking as AskingOne, Board, FloorWatch, Volunteer } from "../watch";
import { clock, useNow } from "./parts";

// Who asks for help, longest first.
export function Asking({ watch, asking }: { watch: FloorWatch; asking: AskingOne[] }) {
  const now = useNow();
  return (
    <section class={asking.length > 0 ? "asking" : ""} aria-labelledby="asking-title">
      <h2 id="asking-title">{t("floor.asks")}</h2>
      <div role="alert">
        {asking.map((one) => <p key={one.agent_id} class="unseen">{t("floor.asks_for", { name: one.name })}</p>)}
      </div>
      {asking.length === 0 && <p class="hint">{t("floor.nobody_asks")}</p>}
      <ul class="people">
        {asking.map((one) => (
          <li key={one.agent_id} data-asks={one.agent_id}>
            <Who name={one.name} team={one.team} />
            <span class="timer">{clock(watch.age(one.since, now))}</span>
            <button type="button" class="main" onClick={() => void watch.seen(one.agent_id)}>
              {t("floor.seen")}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

// Who has joined and may not go on yet.
export function Approvals({ watch, waiting }: { watch: FloorWatch; waiting: Board["waiting_approval"] }) {
  const now = useNow();
  if (waiting.length === 0) return null;
  return (
    <section aria-labelledby="approvals-title">
      <h2 id="approvals-title">{t("floor.approvals")}</h2>
      <ul class="people">
        {waiting.map((one) => (
          <li key={one.session_id} data-session={one.session_id}>
            <Who name={one.first_name} team={one.team} />
            <span class="timer">{clock(watch.age(one.since, now))}</span>
            <button type="button" onClick={() => void watch.approve(one.session_id)}>
              {t("floor.approve", { name: one.first_name })}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Who({ name, team }: { name: string; team: string }) {
  return <span class="who">{name}{team && <span class="label"> · {team}</span>}</span>;
}

export function Figures({ board }: { board: Board }) {
  const ready = board.volunteers.filter((one) => one.state === "ready").length;
  return (
    <section aria-labelledby="figures-title">
      <h2 id="figures-title">{t("floor.figures")}</h2>
      <p class={board.trouble.length > 0 ? "wrong" : ""} role="status">
        {board.trouble.length === 0 ? t("floor.runs") : board.trouble.map((one) => word("floor.trouble", one)).join(" ")}
      </p>
      {board.last_decision && (
        <p class="hint">{t("floor.pacing")} <span lang="en">{board.last_decision}</span></p>
      )}
      <dl class="tiles">
        <Tile name={t("floor.talking")} value={String(board.people_talking)} />
        <Tile name={t("floor.dialing")} value={String(board.lines_dialing)} />
        <Tile name={t("floor.ready")} value={String(ready)} />
        <Tile name={t("floor.waiting")} value={String(board.people_waiting)} isWrong={board.people_waiting > 0} />
        <Abandoned its={board.abandonment} />
        <Tile
          name={t("floor.utilisation")} value={percent(board.utilisation)}
          hint={t("floor.reachable", { share: percent(board.reachable) })}
        />
        {board.goal && (
          <Tile
            name={t("goal.title", { target: board.goal.target, what: goalInWords(board.goal) })}
            value={t("floor.reached", { count: board.goal.all, target: board.goal.target })}
            hint={board.goal.by === null ? "" : t("goal.by", { time: moment(board.goal.by) })}
          />
        )}
      </dl>
    </section>
  );
}

function Abandoned({ its }: { its: Abandonment | null }) {
  if (!its) return <Tile name={t("floor.abandoned")} value="–" hint={t("floor.nobody_answered")} />;
  return (
    <Tile
      name={t("floor.abandoned")} value={percent(its.rate, 1)}
      hint={t("floor.left", { limit: percent(its.limit), count: its.left })} isWrong={its.rate > its.limit}
    />
  );
}

function Tile({ name, value, hint = "", isWrong = false }: {
  name: string; value: string; hint?: string; isWrong?: boolean;
}) {
  return (
    <div class={isWrong ? "wrong" : ""}>
      <dt>{name}</dt>
      <dd>{value}{hint && <span class="hint">{hint}</span>}</dd>
    </div>
  );
}

function percent(share: number | null, digits = 0): string {
  return share === null ? "–" : `${(share * 100).toFixed(digits)} %`;
}

export function Volunteers({ watch, volunteers }: { watch: FloorWatch; volunteers: Volunteer[] }) {
  const now = useNow();
  return (
    <section aria-labelledby="volunteers-title">
      <h2 id="volunteers-title">{t("floor.volunteers", { count: volunteers.length })}</h2>
      {volunteers.length === 0 ? <p class="hint">{t("floor.no_volunteers")}</p> : (
        <table>
          <thead>
            <tr>
              <th scope="col">{t("floor.name")}</th>
              <th scope="col">{t("floor.does")}</th>
              <th scope="col">{t("floor.since")}</th>
            </tr>
          </thead>
          <tbody>
            {volunteers.map((one) => (
              <tr key={one.agent_id} data-agent={one.agent_id} data-state={one.state}>
                <th scope="row"><Who name={one.name} team={one.team} /></th>
                <td>{doing(one)}</td>
                <td class="timer">{clock(watch.age(one.since, now))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function doing(one: Volunteer): string {
  const state: TextKey = one.is_practising ? "floor.practises" : `floor.state.${one.state}`;
  const words = [t(state)];
  if (one.is_on_hold) words.push(t("floor.holds"));
  if (one.wants === "break") words.push(t("floor.break_comes"));
  if (one.wants === "log out") words.push(t("floor.leaves"));
  return words.join(", ");
}

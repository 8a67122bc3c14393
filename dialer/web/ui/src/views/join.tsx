// The first page: who calls, and a form with what the invitation asks for.

import { useState } from "preact/hooks";
import type { Bank } from "../bank";
import { language, t } from "../texts";
import type { Asked, Invitation } from "../types";
import { AlsoSpeaks } from "./language";
import { Heading } from "./parts";

export function Join({ bank, invitation }: { bank: Bank; invitation: Invitation }) {
  const [isSending, setSending] = useState(false);

  async function send(event: SubmitEvent) {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const also_speaks = form.getAll("also_speaks");
    form.delete("also_speaks");
    const fields = Object.fromEntries(
      [...form].map(([name, value]) => [name, String(value).trim()]).filter(([, value]) => value),
    );
    setSending(true);
    await bank.comingIn.join({ ...fields, language: language(), ...(also_speaks.length > 0 && { also_speaks }) });
    setSending(false);
  }

  const { asks } = invitation;
  return (
    <form class="page" onSubmit={send}>
      <Heading>{t("join.title", { campaign: invitation.campaign })}</Heading>
      <p>{t("join.lead", { organisation: invitation.organisation || invitation.campaign })}</p>
      {invitation.label && <p class="label">{invitation.label}</p>}
      <Field name="first_name" asked="required" autocomplete="given-name" longest={40} />
      {invitation.teams.length > 0 && (
        <label>
          {t("field.team")} <span class="hint">{t("optional")}</span>
          <select name="team">
            <option value="">{t("join.no_team")}</option>
            {invitation.teams.map((team) => <option key={team} value={team}>{team}</option>)}
          </select>
        </label>
      )}
      <Field name="phone" asked={asks.phone} type="tel" autocomplete="tel" longest={40} />
      <Field name="email" asked={asks.email} type="email" autocomplete="email" longest={200} />
      <AlsoSpeaks spoken={invitation.spoken} />
      {invitation.needs_pin && (
        <Field name="pin" asked="required" inputmode="numeric" autocomplete="off" longest={12} />
      )}
      {invitation.needs_approval && <p class="hint">{t("join.approval")}</p>}
      <button class="main" disabled={isSending}>{t("join.button")}</button>
      <p class="hint">{t("join.privacy")}</p>
    </form>
  );
}

interface FieldOptions {
  name: "first_name" | "phone" | "email" | "pin";
  asked: Asked;
  longest: number;
  type?: "text" | "tel" | "email";
  inputmode?: "numeric";
  autocomplete: string;
}

function Field({ name, asked, longest, type = "text", inputmode, autocomplete }: FieldOptions) {
  if (asked === "no") return null;
  return (
    <label>
      {t(`field.${name}`)} {asked === "optional" && <span class="hint">{t("optional")}</span>}
      <input
        name={name} type={type as "text"} inputMode={inputmode} autocomplete={autocomplete}
        maxLength={longest} required={asked === "required"}
      />
    </label>
  );
}

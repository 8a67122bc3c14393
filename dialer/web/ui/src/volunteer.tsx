// The volunteer's page: from the invitation's link to the end of the shift.

import "./volunteer.css";
import { render } from "preact";
import { useState } from "preact/hooks";
import { Bank } from "./bank";
import { language, speak, t } from "./texts";
import { AudioCheck } from "./views/audio";
import { Conduct } from "./views/conduct";
import { Join } from "./views/join";
import { Heading, Languages, Simple, TroubleBox, useChanges } from "./views/parts";
import { Pair } from "./views/pair";
import { PracticeView } from "./views/practice";
import { OwnTelephone } from "./views/ways";
import { Work } from "./views/work";

function App({ bank }: { bank: Bank }) {
  useChanges(bank);
  const isAtWork = bank.isWorking && !bank.isElsewhere && bank.view !== null;
  return (
    <>
      <header class="top">
        <span class="brand">Callbank</span>
        {bank.view && <span>{bank.view.session.first_name} · {bank.view.session.campaign}</span>}
        {!bank.view && <Languages chosen={() => bank.comingIn.speakAnother()} />}
      </header>
      <TroubleBox bank={bank} />
      {isAtWork ? <AtWork bank={bank} /> : <main><Before bank={bank} /></main>}
    </>
  );
}

function AtWork({ bank }: { bank: Bank }) {
  return bank.practice.isOpen ? <PracticeView bank={bank} /> : <Work bank={bank} />;
}

// What stands between him and his first call.
function Before({ bank }: { bank: Bank }) {
  const [isChecked, setChecked] = useState(false);
  if (bank.isLoading) return <p role="status">{t("loading")}</p>;
  if (bank.isElsewhere) return <Elsewhere />;
  const { view, comingIn: { invitation, conduct } } = bank;
  if (!view) {
    if (bank.comingIn.isPairing) return <Pair bank={bank} />;
    if (invitation) return <Join bank={bank} invitation={invitation} key={language()} />;
    return <Simple title={t("nothing.title")} text={t("nothing.text")} />;
  }
  switch (view.session.step) {
    case "approval":
      return <Simple title={t("approval.title")} text={t("approval.text")} />;
    case "conduct":
      return conduct ? <Conduct bank={bank} conduct={conduct} /> : <p role="status">{t("loading")}</p>;
    case "audio":
    case "practice":
    case "ready_to_start":
      if (!isChecked) {
        const Check = bank.line.hasSoftphone ? AudioCheck : OwnTelephone;
        return <Check bank={bank} done={() => setChecked(true)} />;
      }
      return <Start bank={bank} />;
    default:
      return <Simple title={t("nothing.title")} text={t("nothing.text")} />;
  }
}

function Start({ bank }: { bank: Bank }) {
  return (
    <div class="page">
      <Heading>{t("start.title", { name: bank.view!.session.first_name })}</Heading>
      <p>{t("start.text")}</p>
      <ul>
        <li>{t("start.keys")}</li>
        <li>{t("start.saved")}</li>
        <li>{t("start.break")}</li>
      </ul>
      {bank.mustPractise && <p>{t("practice.required")}</p>}
      <p class="steps">
        {!bank.mustPractise && (
          <button type="button" class="main" onClick={() => void bank.start()}>{t("start.button")}</button>
        )}
        <button
          type="button" class={bank.mustPractise ? "main" : ""}
          onClick={() => void bank.practice.open()}
        >
          {t("practice.button")}
        </button>
      </p>
    </div>
  );
}

function Elsewhere() {
  return (
    <div class="page">
      <Heading>{t("elsewhere.title")}</Heading>
      <p>{t("elsewhere.text")}</p>
      <button type="button" class="main" onClick={() => location.reload()}>{t("elsewhere.button")}</button>
    </div>
  );
}

const bank = new Bank();
speak(language());
render(<App bank={bank} />, document.getElementById("app")!);
void bank.open();

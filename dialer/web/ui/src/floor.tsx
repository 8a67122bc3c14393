// The shift lead's page: who needs him first, then how the floor is.

import "./volunteer.css";
import "./floor.css";
import { render } from "preact";
import { ApiError } from "./api";
import { language, speak, t } from "./texts";
import { Approvals, Asking, Figures, Volunteers } from "./views/floor";
import { Languages, Simple, sentence, useChanges } from "./views/parts";
import { FloorWatch } from "./watch";

function App({ watch }: { watch: FloorWatch }) {
  useChanges(watch);
  const { board } = watch;
  return (
    <>
      <header class="top">
        <span class="brand">Callbank</span>
        {board && <h1>{board.campaign}</h1>}
        <Languages chosen={() => watch.changed()} />
      </header>
      <Notices watch={watch} />
      {board ? (
        <main class="floor">
          <Asking watch={watch} asking={board.help} />
          <Approvals watch={watch} waiting={board.waiting_approval} />
          <Figures board={board} />
          <Volunteers watch={watch} volunteers={board.volunteers} />
        </main>
      ) : <main><Nothing watch={watch} /></main>}
    </>
  );
}

function Notices({ watch }: { watch: FloorWatch }) {
  const { board, trouble } = watch;
  return (
    <>
      {board && trouble && (
        <div class="trouble" role="alert">
          <p>{inWords(trouble)}</p>
          <button type="button" class="plain" onClick={() => watch.dismiss()}>{t("dismiss")}</button>
        </div>
      )}
      <div role="status">
        {board && !watch.isUp && <p class="notice">{t("link.down")}</p>}
        {board && watch.isSilent && <p class="notice">{t("floor.tap")}</p>}
      </div>
    </>
  );
}

function Nothing({ watch }: { watch: FloorWatch }) {
  if (watch.isLoading) return <p role="status">{t("loading")}</p>;
  const text = watch.trouble ? inWords(watch.trouble) : t("error.no-lead");
  return <Simple title={t("nothing.title")} text={text} />;
}

function inWords(trouble: NonNullable<FloorWatch["trouble"]>): string {
  if (trouble instanceof ApiError) return sentence(trouble.id, trouble.message, trouble.details);
  return t("error.away");
}

speak(language());
const watch = new FloorWatch();
render(<App watch={watch} />, document.getElementById("app")!);
void watch.open();

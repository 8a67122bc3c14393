// Telephones other than the browser: one that registers here by itself, or one that calls us.

import { useEffect, useState } from "preact/hooks";
import type { Bank } from "../bank";
import { t, word } from "../texts";
import { Heading } from "./parts";

// What else he may speak with; the browser's own check is on the page already.
export function OtherWays({ bank }: { bank: Bank }) {
  const [isGivingNumber, setGivingNumber] = useState(false);
  const others = bank.view!.session.ways.filter((way) => way !== (bank.line.way ?? "browser"));
  if (others.length === 0) return null;
  return (
    <section class="check" aria-labelledby="ways-title">
      <h2 id="ways-title">{t("ways.title")}</h2>
      <div class="choices">
        {others.map((way) => (
          <button
            type="button" class="choice" key={way}
            onClick={() => (way === "call_me" ? setGivingNumber(true) : void bank.line.choose(way))}
          >
            {word("way", way)}
          </button>
        ))}
      </div>
      {isGivingNumber && <OwnNumber bank={bank} />}
    </section>
  );
}

function OwnNumber({ bank }: { bank: Bank }) {
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const number = String(new FormData(event.currentTarget).get("number"));
        void bank.line.choose("call_me", { number, may_call: true });
      }}
    >
      <label>
        {t("field.phone")}
        <input name="number" type="tel" autocomplete="tel" maxLength={40} required />
      </label>
      <label class="tick">
        <input type="checkbox" required /> <span>{t("call_me.leave")}</span>
      </label>
      <button class="main">{t("call_me.button")}</button>
    </form>
  );
}

export function OwnTelephone({ bank, done }: { bank: Bank; done: () => void }) {
  return (
    <div class="page" key={bank.line.way}>
      <Heading>{word("way", bank.line.way!)}</Heading>
      <Telephone bank={bank} />
      <button type="button" class="main" onClick={done}>{t("ways.done")}</button>
      <OtherWays bank={bank} />
    </div>
  );
}

// His telephone is connected, and it is to be known that he is there and is heard.
export function saysHello({ line, shift, state }: Bank): boolean {
  return state?.state === "break" && !line.hasSoftphone && shift.wantsReady;
}

export function SayHello({ bank }: { bank: Bank }) {
  const isCalled = bank.line.way === "call_me";
  return (
    <>
      <p class="big">{t(isCalled ? "call_me.ready" : "hello.say")}</p>
      <p role="status">{t(bank.line.isUnheard ? "hello.unheard" : "audio.heard")}</p>
    </>
  );
}

// What his telephone needs. After a reload it is asked for again.
export function Telephone({ bank }: { bank: Bank }) {
  const { way, chosen } = bank.line;
  useEffect(() => {
    if (way && chosen?.way !== way) void bank.line.choose(way);
  }, [way]);
  if (chosen === null || chosen.way !== way) return <p role="status">{t("loading")}</p>;
  if (way === "call_me") return <p>{t("call_me.text", { number: chosen.number ?? "" })}</p>;
  return way === "sip" ? <Softphone bank={bank} /> : <DialIn bank={bank} />;
}

function Softphone({ bank }: { bank: Bank }) {
  const { phone, qr } = bank.line.chosen!;
  if (!phone) return null;
  const picture = qr && `data:image/svg+xml,${encodeURIComponent(qr)}`;
  return (
    <>
      <p>{t("sip.text")}</p>
      <dl class="facts">
        {(["host", "port", "user", "password"] as const).map((name) => (
          <div key={name}><dt>{word("sip", name)}</dt><dd><code>{phone[name]}</code></dd></div>
        ))}
      </dl>
      {picture && <img class="qr" src={picture} alt={t("sip.qr")} />}
    </>
  );
}

function DialIn({ bank }: { bank: Bank }) {
  const { dial, code } = bank.line.chosen!;
  return (
    <>
      <p>{t("dial_in.text")}</p>
      <dl class="facts">
        <div><dt>{t("dial_in.dial")}</dt><dd><a href={`tel:${dial}`}>{dial}</a></dd></div>
        <div><dt>{t("dial_in.star")}</dt><dd><code>*</code></dd></div>
        <div><dt>{t("dial_in.code")}</dt><dd><code class="typed">{spaced(code ?? "")}</code></dd></div>
      </dl>
      <p>
        <span class="hint">{t("dial_in.lasts")}</span>{" "}
        <button type="button" onClick={() => void bank.line.choose("dial_in")}>{t("dial_in.again")}</button>
      </p>
    </>
  );
}

function spaced(code: string): string {
  return code.replace(/(\d{4})(?=\d)/g, "$1 ");
}

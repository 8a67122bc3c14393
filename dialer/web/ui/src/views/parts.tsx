// Small pieces that several views share.

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Bank } from "../bank";
import { LANGUAGE_NAMES, has, language, speak, t } from "../texts";

// Draw again whenever what a page knows has changed.
export function useChanges(its: { subscribe(listener: () => void): () => void }): void {
  const [, redraw] = useState(0);
  useEffect(() => its.subscribe(() => redraw((count) => count + 1)), [its]);
}

// Seconds since the epoch, again each second.
export function useNow(): number {
  const [now, tell] = useState(() => Date.now() / 1000);
  useEffect(() => {
    const timer = setInterval(() => tell(Date.now() / 1000), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

// A new page's heading takes the focus, so that a screen reader says where one is.
export function Heading({ children }: { children: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return <h1 ref={heading} tabIndex={-1}>{children}</h1>;
}

// A page that only says something.
export function Simple({ title, text }: { title: string; text: string }) {
  return (
    <div class="page" key={title}>
      <Heading>{title}</Heading>
      <p>{text}</p>
    </div>
  );
}

export function Languages({ chosen }: { chosen: () => void }) {
  return (
    <div class="languages">
      {Object.entries(LANGUAGE_NAMES).map(([code, name]) => (
        <button
          type="button" class="plain" lang={code} key={code} aria-pressed={code === language()}
          onClick={() => {
            speak(code);
            chosen();
          }}
        >{name}</button>
      ))}
    </div>
  );
}

export function TroubleBox({ bank }: { bank: Bank }) {
  const { trouble, refusals } = bank;
  if (!trouble && refusals.length === 0) return null;
  return (
    <div class="trouble" role="alert">
      {trouble && <p>{sentence(trouble.id, trouble.message, trouble.details)}</p>}
      {refusals.map((one) => (
        <p key={one.click.id}>{t("refused")} {sentence(one.id, one.message, {})}</p>
      ))}
      <button type="button" class="plain" onClick={() => bank.dismiss()}>{t("dismiss")}</button>
    </div>
  );
}

// Our own words for an error in the page's language, else the server's sentence.
export function sentence(id: string, message: string, details: Record<string, unknown>): string {
  const key = `error.${id}`;
  const fields = details.fields as Record<string, string> | undefined;
  const wrong = fields ? Object.entries(fields).map(([name, what]) => `${fieldName(name)}: ${what}.`) : [];
  const said = has(key) ? t(key) : message;
  return [said, ...wrong].join(" ");
}

function fieldName(name: string): string {
  const key = `field.${name}`;
  return has(key) ? t(key) : name;
}

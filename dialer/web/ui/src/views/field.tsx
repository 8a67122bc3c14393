// A field for words. What is typed is kept here while one types, and told after a pause and when
// the field is left, however it is left.

import { useEffect, useRef, useState } from "preact/hooks";

const PAUSE_MS = 1000;

interface Its {
  label: string;
  value: string;
  longest?: number;
  lines?: number;
  type?: "text" | "number" | "datetime-local";
  least?: number | null;
  most?: number | null;
  step?: string;
  tell: (words: string) => void;
}

export function Field({ label, value, longest, lines, type = "text", least, most, step, tell }: Its) {
  const [typed, setTyped] = useState(value);
  const untold = useRef<string | null>(null);
  const timer = useRef<number | undefined>(undefined);
  const teller = useRef(tell);
  teller.current = tell;

  function tellNow(): void {
    clearTimeout(timer.current);
    if (untold.current === null) return;
    const words = untold.current;
    untold.current = null;
    teller.current(words);
  }
  useEffect(() => {
    addEventListener("pagehide", tellNow);
    return () => {
      removeEventListener("pagehide", tellNow);
      tellNow();
    };
  }, []);
  // Taken back elsewhere, or come from the server.
  useEffect(() => {
    if (untold.current === null) setTyped(value);
  }, [value]);

  function hear(event: { currentTarget: HTMLInputElement | HTMLTextAreaElement }): void {
    const field = event.currentTarget;
    setTyped(field.value);
    clearTimeout(timer.current);
    untold.current = field.validity.valid ? field.value : null;
    timer.current = setTimeout(tellNow, PAUSE_MS);
  }
  function leave(event: { currentTarget: HTMLInputElement | HTMLTextAreaElement }): void {
    if (event.currentTarget.reportValidity()) tellNow();
  }

  const shared = { value: typed, onInput: hear, onBlur: leave };
  return (
    <label>
      {label}
      {lines ? (
        <textarea rows={lines} maxLength={longest} {...shared} />
      ) : (
        <input
          type={type as "text"} maxLength={longest} min={least ?? undefined} max={most ?? undefined}
          step={step} {...shared}
        />
      )}
    </label>
  );
}

// Every word that the page says, by key; one file a language. A new language is a file and a row.

import en from "./texts/en.json";
import es from "./texts/es.json";

export type TextKey = keyof typeof en;

const LANGUAGES: Record<string, Record<string, string>> = { en, es };
export const LANGUAGE_NAMES: Record<string, string> = { en: "English", es: "Español" };

const KEPT = "callbank.language";

let current = pick(localStorage.getItem(KEPT) ?? "", ...navigator.languages);

function pick(...wanted: string[]): string {
  return wanted.map((one) => one.slice(0, 2)).find((one) => one in LANGUAGES) ?? "en";
}

export function language(): string {
  return current;
}

export function speak(wanted: string): void {
  current = pick(wanted);
  localStorage.setItem(KEPT, current);
  document.documentElement.lang = current;
}

export function has(key: string): key is TextKey {
  return key in en;
}

export function t(key: TextKey, values: Record<string, string | number> = {}): string {
  const text = LANGUAGES[current]?.[key] ?? en[key];
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

// What the server calls by a word: a state, a result, an error. Unknown ones get the fallback.
export function word(family: string, name: string, fallback: string = name): string {
  const key = `${family}.${name}`;
  return has(key) ? t(key) : fallback;
}

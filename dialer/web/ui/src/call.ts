// One call as its page keeps it: the card, what was answered, where in the script he is. Kept on
// the device, so that a reload shows the same; the last call stays for corrections.

import type { Click } from "./clicks";
import type { Block, Card } from "./types";

export interface Call {
  attemptId: string;
  card: Card;
  answers: Record<string, unknown>;
  trail: string[]; // ids of the blocks that he went through; the last one is shown
  result: string | null;
  flagged: string | null;
  notes: string[];
  beganAt: number; // seconds; 0 until the person is on the line
  others: Record<number, Call>; // of the household, by lead: their cards and answers
  about: number | null; // whom of these he speaks with; null: the one who was called
}

// What one can do with a call's script.
export interface Reader {
  answer(key: string, value: unknown): void;
  goOn(): void;
  goBack(): void;
}

const KEPT = "callbank.calls";
const CORRECTABLE_S = 600;

export interface Calls {
  current: Call | null;
  last: Call | null;
}

export function restored(sessionId: number): Calls {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT) ?? "null");
    if (kept?.sessionId === sessionId) return { current: kept.current, last: kept.last };
  } catch {
    // Another version of the page kept it: the server knows all that counts.
  }
  return { current: null, last: null };
}

export function keep(sessionId: number, calls: Calls): void {
  localStorage.setItem(KEPT, JSON.stringify({ sessionId, ...calls }));
}

export function forget(): void {
  localStorage.removeItem(KEPT);
}

// The call of a card: the one we have where it is the same, else a new one. The server's answers
// count, and over them those of the clicks that it does not have yet.
export function callOf(card: Card, calls: Calls, waiting: Click[]): Call {
  const attemptId = card.attempt_id ?? "";
  const same = [calls.current, calls.last].find((one) => one?.attemptId === attemptId);
  const start = card.script ? [card.script.start] : [];
  const call: Call = same
    ? { ...same, card, answers: { ...card.answers, ...same.answers } }
    : {
        attemptId, card, answers: { ...card.answers }, trail: start,
        result: null, flagged: null, notes: [], beganAt: 0, others: {}, about: null,
      };
  for (const click of waiting) {
    if (click.lead_id) continue; // another one's
    if (click.kind === "answer") call.answers[click.question as string] = click.value;
  }
  if (!call.trail.every((id) => blockOf(call, id))) call.trail = start;
  return call;
}

// The call as that of the person with whom he speaks: answers and notes are his.
export function subjectOf(call: Call): Call {
  return (call.about !== null && call.others[call.about]) || call;
}

export function blockOf(call: Call, id: string): Block | null {
  return call.card.script?.blocks.find((block) => block.id === id) ?? null;
}

export function shown(call: Call): Block | null {
  return blockOf(call, call.trail[call.trail.length - 1] ?? "");
}

// As dialer/script/walk.py: what follows a block when its question was answered so.
export function follows(block: Block, answer: unknown): string {
  const kind = block.question?.kind;
  if (kind === "single" || kind === "shift") {
    const choice = block.question!.choices.find((one) => one.value === answer);
    if (choice?.next) return choice.next;
  }
  return block.next;
}

// What the way through the script makes the likely result.
export function suggested(call: Call): string | null {
  let result: string | null = null;
  for (const id of call.trail) {
    const block = blockOf(call, id);
    const answer = block?.question ? call.answers[block.question.key] : undefined;
    const choice = block?.question?.choices.find((one) => one.value === answer);
    result = choice?.result ?? block?.result ?? result;
  }
  return result;
}

// What a tap on an answer, "Next" and "Back" do to it.

export function answer(call: Call, key: string, value: unknown): void {
  if (value === null) delete call.answers[key];
  else call.answers[key] = value;
}

export function goOn(call: Call): void {
  const block = shown(call);
  if (!block) return;
  const next = follows(block, block.question ? call.answers[block.question.key] : undefined);
  if (next) call.trail = [...call.trail, next];
}

export function goBack(call: Call): void {
  if (call.trail.length > 1) call.trail = call.trail.slice(0, -1);
}

export function isCorrectable(call: Call, now: number): boolean {
  return call.beganAt > 0 && now - call.beganAt < CORRECTABLE_S;
}

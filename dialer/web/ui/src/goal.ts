// A campaign's goal in words.

import { type TextKey, language, t } from "./texts";
import type { GoalCount } from "./types";

export function goalInWords(goal: GoalCount): string {
  if (goal.counts === "answers") return t("goal.answers", { choice: goal.choice ?? "", question: goal.question ?? "" });
  return t(`goal.${goal.counts}` as TextKey);
}

// With the day, unless it is today.
export function moment(at: number): string {
  const its = new Date(at * 1000);
  const isToday = its.toDateString() === new Date().toDateString();
  const day = isToday ? {} : ({ weekday: "short", day: "numeric", month: "short" } as const);
  return its.toLocaleString(language(), { ...day, hour: "numeric", minute: "2-digit" });
}

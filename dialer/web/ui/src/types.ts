// What the server says, as in dialer/web/volunteer/*.py.

export type Asked = "no" | "optional" | "required";

export interface Conduct {
  version: string;
  language: string;
  title: string;
  rules: string[];
  checklist: string[];
}

export interface Invitation {
  campaign: string;
  organisation: string;
  label: string;
  asks: { phone: Asked; email: Asked };
  teams: string[];
  needs_pin: boolean;
  needs_approval: boolean;
  conduct: Conduct;
  ways: string[];
  languages: string[];
  spoken: string[]; // that volunteers may say they speak
}

export type Step = "approval" | "conduct" | "audio" | "practice" | "ready_to_start" | "ended";

export type Way = "browser" | "sip" | "dial_in" | "call_me";

// The telephone that he chose: what it registers with, or whom to call and what to type.
export interface Chosen {
  way: Way;
  phone?: PhoneCredentials;
  qr?: string; // a picture, as SVG
  dial?: string;
  code?: string;
  number?: string; // his own, which is called when he starts
}

export interface SessionView {
  session: {
    id: number;
    first_name: string;
    team: string;
    language: string;
    way: Way | null;
    ways: Way[];
    campaign: string;
    dial_method: string;
    step: Step;
    needs_practice: boolean; // he gets no person before he has a certificate
    destinations: { name: string; kind: "office" | "shift_lead" }[]; // to whom people are put through
  };
  state: AgentState;
}

export type StateWord =
  | "offline" | "joining" | "ready" | "reserved" | "talking" | "wrap_up" | "break";

export interface AgentState {
  state: StateWord;
  since: number | null;
  attempt_id: string | null;
  last_attempt_id: string | null;
  practice_id: string | null; // the practice call that he is in
  is_on_hold: boolean;
  can_leave_message: boolean; // the campaign has a recorded one for machines
  transfer: TransferView | null;
  wants: string;
  // Of the socket's state only:
  wait?: Wait | null;
  goal?: Goal | null;
  is_heard?: boolean; // by the telephone exchange
  check_audio?: boolean;
  breath_until?: number | null;
  nudge?: "break" | null;
  asks_help_since?: number | null;
}

export interface TransferView {
  destination: string;
  kind: "office" | "shift_lead";
  stage: "calling" | "answered" | "consulting" | "going" | "through" | "over";
  outcome: string | null;
}

export interface Wait {
  estimate_s: number;
  from_s: number;
  to_s: number;
}

export interface GoalCount {
  counts: "conversations" | "shifts" | "pledges" | "answers";
  question: string | null;
  choice: string | null;
  target: number;
  by: number | null;
  all: number;
}

export interface Goal extends GoalCount {
  since: number;
  you: number;
  team: number | null;
}

export interface PracticeFeedback {
  voter: string;
  has_passed: boolean;
  findings: string[];
  talk_share: number | null;
  spoken_s: number;
  answers_missed: string[];
  right_results: string[];
  practised: string[]; // with whom a call has gone well so far
}

export interface PhoneCredentials {
  user: string;
  password: string;
  host: string;
  port: number;
}

export interface Choice {
  value: string;
  label: string;
  next: string;
  result: string | null;
}

export type QuestionKind =
  | "single" | "multiple" | "number" | "date_time" | "text" | "pledge" | "shift"
  | "vote_plan" | "consent" | "follow_up";

export interface Question {
  key: string;
  ask: string;
  kind: QuestionKind;
  choices: Choice[];
  is_required: boolean;
  least: number | null;
  most: number | null;
  words: string;
  channels: string[];
}

export interface Block {
  id: string;
  title: string;
  say: string;
  points: string[];
  hint: string;
  question: Question | null;
  next: string;
  is_end: boolean;
  result: string | null;
}

export interface HelpCard {
  title: string;
  say: string;
  match: string[];
}

export interface Script {
  version: string;
  name: string;
  language: string;
  start: string;
  blocks: Block[];
  cards: HelpCard[];
}

export interface Person {
  name: string;
  first_name: string;
  spoken: string;
  town: string;
  state: string;
  language: string;
  zones: string[]; // in which the telephone may be
  last_contact: { at: number; outcome: string; disposition: string | null; note: string } | null;
  campaign: string;
  purpose: string;
  offer: string;
}

export interface Member {
  lead_id: number;
  name: string;
}

export interface Card {
  lead_id: number;
  attempt_id: string | null;
  person: Person;
  answers: Record<string, unknown>;
  languages: string[]; // that are spoken here, by volunteers or scripts
  other_languages: string[]; // all that are told apart
  script: Script | null;
  household: Member[];
}

export interface StateMessage {
  type: "state";
  seq: number;
  at: number;
  state: AgentState;
  card: Card | null;
}

export const DISPOSITIONS = [
  "supports", "leans", "undecided", "opposes", "refused", "call_back",
  "not_home", "wrong_number", "other_language", "machine", "do_not_call",
] as const;

export const SKIP_REASONS = ["knows_them", "wrong_data", "language", "other"] as const;

export const FLAG_REASONS = [
  "threat", "self_harm", "harassment", "media", "legal", "fraud", "script", "other",
] as const;

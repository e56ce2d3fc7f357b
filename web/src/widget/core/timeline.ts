import { nameOf, type ChatState, type Pending } from "./state";
import type { Author, Card, ChatMessage, Choice, LoggedEvent, Owner, OwnerEvent } from "./types";

/** One line of the page: a message, a notice about who answers, or a question about how it went. */
export type Line =
  | { kind: "message"; key: string; message: Shown; firstOfGroup: boolean; lastOfGroup: boolean }
  | { kind: "day"; key: string; at: number }
  | { kind: "owner"; key: string; owner: Owner; name: string | null }
  | { kind: "feedback"; key: string; seq: number; done: boolean };

export interface Shown {
  author: Author;
  name: string | null;
  text: string;
  at: number;
  choices: readonly Choice[];
  cards: readonly Card[];
  attachments: ReadonlyArray<{ id: string; name?: string; url?: string }>;
  pending: Pending | null;
}

type Place = { seq: number; event: LoggedEvent } | { seq: number; pending: Pending };

/**
 * Everything in the server's order. What has no number yet stands last, in the order it was written; what was
 * accepted but has not come back stands where the server put it.
 */
export function timeline(state: ChatState): Line[] {
  const places: Place[] = [
    ...state.events.map((event) => ({ seq: event.seq, event })),
    ...state.pending.map((pending) => ({ seq: pending.seq ?? Infinity, pending })),
  ];
  places.sort((a, b) => (a.seq === b.seq ? 0 : a.seq - b.seq));
  return group(withDays(toLines(places, state)));
}

function toLines(places: readonly Place[], state: ChatState): Line[] {
  const lastOwn = lastOwnIndex(places);
  let owner: OwnerEvent | null = null;
  const lines: Line[] = [];
  places.forEach((place, index) => {
    if ("pending" in place) {
      lines.push(messageLine(place.pending.clientId, fromPending(place.pending)));
    } else if (place.event.type === "message") {
      const { event } = place;
      lines.push(messageLine(event.client_id ?? `s${event.seq}`, fromEvent(event, index > lastOwn)));
    } else if (place.event.type === "owner") {
      if (tellsSomething(place.event, owner)) lines.push(ownerLine(place.event));
      owner = place.event;
    } else if (place.event.type === "feedback_request") {
      const { seq } = place.event;
      lines.push({ kind: "feedback", key: `s${seq}`, seq, done: seq <= state.ratedSeq });
    }
  });
  return lines;
}

/** Choices are offered until the customer has said something after them. */
function lastOwnIndex(places: readonly Place[]): number {
  return places.findLastIndex(
    (place) => "pending" in place || (place.event.type === "message" && place.event.author === "customer"),
  );
}

function tellsSomething(event: OwnerEvent, before: OwnerEvent | null): boolean {
  if (event.owner === "snoozed") return false;
  if (event.owner === "with_bot") return before?.owner === "with_agent";
  return event.owner !== before?.owner || nameOf(event.agent) !== nameOf(before.agent);
}

function ownerLine(event: OwnerEvent): Line {
  return { kind: "owner", key: `s${event.seq}`, owner: event.owner, name: nameOf(event.agent) };
}

function messageLine(key: string, message: Shown): Line {
  return { kind: "message", key, message, firstOfGroup: true, lastOfGroup: true };
}

function fromEvent(event: ChatMessage, current: boolean): Shown {
  return {
    author: event.author,
    name: nameOf(event.agent),
    text: event.text ?? "",
    at: Date.parse(event.at),
    choices: current ? (event.choices ?? []) : [],
    cards: (event.cards ?? []).map((card) => (current ? card : { ...card, choices: [] })),
    attachments: event.attachments ?? [],
    pending: null,
  };
}

function fromPending(pending: Pending): Shown {
  const { text, at, attachments = [] } = pending;
  return { author: "customer", name: null, text, at, choices: [], cards: [], attachments, pending };
}

function withDays(lines: readonly Line[]): Line[] {
  let day = "";
  return lines.flatMap((line): Line[] => {
    if (line.kind !== "message" || Number.isNaN(line.message.at)) return [line];
    const its = new Date(line.message.at).toDateString();
    if (its === day) return [line];
    day = its;
    return [{ kind: "day", key: `d${its}`, at: line.message.at }, line];
  });
}

const GROUP_MS = 5 * 60_000;

function group(lines: Line[]): Line[] {
  lines.forEach((line, index) => {
    const next = lines[index + 1];
    if (line.kind !== "message" || next?.kind !== "message") return;
    if (!belongTogether(line.message, next.message)) return;
    line.lastOfGroup = false;
    next.firstOfGroup = false;
  });
  return lines;
}

function belongTogether(a: Shown, b: Shown): boolean {
  return a.author === b.author && a.name === b.name && Math.abs(b.at - a.at) < GROUP_MS;
}

import type { LoggedEvent, Outgoing, Owner, ServerEvent } from "./types";

/** How far the customer's own message has come. */
export type Delivery = "queued" | "sending" | "waiting" | "sent";

export interface Pending extends Outgoing {
  delivery: Delivery;
  seq?: number;
}

export type Connection = "connecting" | "live" | "lost";

export interface ChatState {
  /** Changes with every session, so that late answers of an earlier one are told apart. */
  session: string | null;
  /** Counts the people this page has served: what one was writing is not shown to the next. */
  customer: number;
  /** True once the messages so far have arrived. */
  settled: boolean;
  events: readonly LoggedEvent[];
  cursor: number;
  pending: readonly Pending[];
  typing: boolean;
  connection: Connection;
  problem: string | null;
  open: boolean;
  readSeq: number;
  /** The last request for feedback that was answered or put aside. */
  ratedSeq: number;
}

export const initialState: ChatState = {
  session: null,
  customer: 0,
  settled: false,
  events: [],
  cursor: 0,
  pending: [],
  typing: false,
  connection: "connecting",
  problem: null,
  open: false,
  readSeq: 0,
  ratedSeq: 0,
};

export type Action =
  | { type: "session"; id: string | null; readSeq: number; ratedSeq: number; otherCustomer?: boolean }
  | { type: "events"; events: readonly ServerEvent[]; cursor: number }
  | { type: "settled" }
  | { type: "outbox"; items: readonly Outgoing[] }
  | { type: "delivery"; clientId: string; delivery: Delivery }
  | { type: "sent"; clientId: string; seq: number }
  | { type: "typing_over" }
  | { type: "connection"; connection: Connection }
  | { type: "problem"; problem: string | null }
  | { type: "panel"; open: boolean }
  | { type: "read"; seq: number }
  | { type: "rated"; seq: number };

export function reduce(state: ChatState, action: Action): ChatState {
  switch (action.type) {
    case "session":
      return startSession(state, action);
    case "events":
      return takeEvents(state, action.events, action.cursor);
    case "settled":
      return { ...state, settled: true };
    case "outbox":
      return { ...state, pending: matchOutbox(state, action.items) };
    case "delivery":
      return { ...state, pending: state.pending.map((item) => deliver(item, action)) };
    case "sent":
      return { ...state, pending: markSent(state, action.clientId, action.seq) };
    case "typing_over":
      return state.typing ? { ...state, typing: false } : state;
    case "connection":
      return { ...state, connection: action.connection };
    case "problem":
      return { ...state, problem: action.problem };
    case "panel":
      return { ...state, open: action.open };
    case "read":
      return { ...state, readSeq: Math.max(state.readSeq, action.seq) };
    case "rated":
      return { ...state, ratedSeq: Math.max(state.ratedSeq, action.seq) };
  }
}

type SessionAction = Extract<Action, { type: "session" }>;

/** Another session shows nothing of the one before it. */
function startSession(state: ChatState, { id, readSeq, ratedSeq, otherCustomer }: SessionAction): ChatState {
  return {
    ...initialState,
    customer: state.customer + (otherCustomer ? 1 : 0),
    open: state.open,
    session: id,
    readSeq,
    ratedSeq,
  };
}

function takeEvents(state: ChatState, incoming: readonly ServerEvent[], cursor: number): ChatState {
  const known = new Set(state.events.map((event) => event.seq));
  const fresh = incoming.filter(isLogged).filter((event) => !known.has(event.seq) && known.add(event.seq));
  const events = fresh.length ? [...state.events, ...fresh].sort((a, b) => a.seq - b.seq) : state.events;
  const highest = events.at(-1)?.seq ?? 0;
  return {
    ...state,
    events,
    cursor: Math.max(state.cursor, cursor, highest),
    pending: withoutArrived(state.pending, events),
    typing: typingAfter(state.typing, incoming, new Set(fresh)),
    readSeq: Math.max(state.readSeq, ownHighest(fresh)),
  };
}

function isLogged(event: ServerEvent): event is LoggedEvent {
  return "seq" in event && Number.isSafeInteger(event.seq);
}

/** Who writes has read what stood above: one's own message is never unread, nor is what came before it. */
function ownHighest(events: readonly LoggedEvent[]): number {
  const own = events.filter((event) => event.type === "message" && event.author === "customer");
  return Math.max(0, ...own.map((event) => event.seq));
}

function withoutArrived(pending: readonly Pending[], events: readonly LoggedEvent[]): readonly Pending[] {
  if (!pending.length) return pending;
  const ids = arrivedIds(events);
  const seqs = new Set(events.map((event) => event.seq));
  return pending.filter((item) => !ids.has(item.clientId) && !(item.seq && seqs.has(item.seq)));
}

export function arrivedIds(events: readonly ServerEvent[]): Set<string> {
  return new Set(events.flatMap((event) => (event.type === "message" && event.client_id) || []));
}

function typingAfter(typing: boolean, incoming: readonly ServerEvent[], fresh: Set<ServerEvent>): boolean {
  for (const event of incoming) {
    if (event.type === "typing") typing = true;
    else if (fresh.has(event) && endsTyping(event)) typing = false;
  }
  return typing;
}

function endsTyping(event: ServerEvent): boolean {
  return event.type === "turn_done" || (event.type === "message" && event.author !== "customer");
}

/**
 * The outbox is shared by all tabs. What another tab delivered leaves it before its event arrives here: until
 * then it stays on the page, or it would vanish for a moment. What was refused and is gone has been removed.
 */
function matchOutbox(state: ChatState, items: readonly Outgoing[]): readonly Pending[] {
  const arrived = arrivedIds(state.events);
  const before = new Map(state.pending.map((item) => [item.clientId, item]));
  const listed = new Set(items.map((item) => item.clientId));
  const gone = state.pending.filter((item) => !listed.has(item.clientId) && !item.refused);
  const left = items.filter((item) => !arrived.has(item.clientId));
  return [
    ...gone.map((item): Pending => ({ ...item, delivery: "sent" })),
    ...left.map((item) => withProgress(item, before.get(item.clientId))),
  ];
}

function withProgress(item: Outgoing, before: Pending | undefined): Pending {
  const pending: Pending = { ...item, delivery: before?.delivery ?? "queued" };
  return before?.seq ? { ...pending, seq: before.seq } : pending;
}

function deliver(item: Pending, action: Extract<Action, { type: "delivery" }>): Pending {
  const mine = item.clientId === action.clientId && item.delivery !== "sent";
  return mine ? { ...item, delivery: action.delivery } : item;
}

function markSent(state: ChatState, clientId: string, seq: number): readonly Pending[] {
  const marked = state.pending.map((item): Pending =>
    item.clientId === clientId ? { ...item, delivery: "sent", seq } : item,
  );
  return withoutArrived(marked, state.events);
}

/** Messages from the other side that have not been looked at. */
export function unreadCount(state: ChatState): number {
  return state.events.filter(
    (event) => event.type === "message" && event.author !== "customer" && event.seq > state.readSeq,
  ).length;
}

export function currentOwner(state: ChatState): { owner: Owner; agent: string | null } {
  const last = state.events.findLast((event) => event.type === "owner");
  return last?.type === "owner" ? { owner: last.owner, agent: nameOf(last.agent) } : { owner: "with_bot", agent: null };
}

export function nameOf(agent: string | { name?: string } | null | undefined): string | null {
  return (typeof agent === "string" ? agent : agent?.name) || null;
}

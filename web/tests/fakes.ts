import { reduce, initialState, type Action, type ChatState } from "../src/widget/core/state";
import { BrowserStorage } from "../src/widget/core/storage";
import type { ChatMessage, LoggedEvent, ServerEvent } from "../src/widget/core/types";
import type { Exclusive } from "../src/widget/net/session";
import type { OpenSocket } from "../src/widget/net/socket";

const AT = "2026-03-01T10:00:00+00:00";

export const message = (seq: number, extra: Partial<ChatMessage> = {}): ChatMessage => ({
  type: "message",
  seq,
  at: AT,
  author: "bot",
  text: `message ${seq}`,
  ...extra,
});

export const run = (actions: readonly Action[], from: ChatState = initialState): ChatState =>
  actions.reduce(reduce, from);

export const memory = (): BrowserStorage => new BrowserStorage(null);

export const alone: Exclusive = (_name, work) => work();

/** Repeatable chance: the same seed, the same run. */
export function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

export function shuffled<T>(list: readonly T[], random: () => number): T[] {
  const copy = [...list];
  for (let i = copy.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [copy[i], copy[j]] = [copy[j] as T, copy[i] as T];
  }
  return copy;
}

/** A server's log of one conversation, with a socket that breaks when it likes. */
export class FakeLog {
  readonly events: LoggedEvent[] = [];

  constructor(count: number) {
    for (let seq = 1; seq <= count; seq += 1) this.events.push(message(seq));
  }

  after(seq: number, most = Infinity): LoggedEvent[] {
    return this.events.filter((event) => event.seq > seq).slice(0, most);
  }

  /** Hands over some events and is cut, anywhere. */
  cutSocket(random: () => number): OpenSocket {
    return (_token, after, hooks) => {
      const events: ServerEvent[] = this.after(after, Math.floor(random() * 6));
      hooks.opened();
      events.forEach((event) => hooks.events([event]));
      return Promise.resolve({ opened: true, received: events.length > 0 });
    };
  }
}

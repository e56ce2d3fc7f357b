import { describe, expect, it } from "vitest";
import { currentOwner, unreadCount, type Action } from "../src/widget/core/state";
import { timeline } from "../src/widget/core/timeline";
import type { Outgoing } from "../src/widget/core/types";
import { chance, message, run, shuffled } from "./fakes";

const outgoing = (clientId: string, at = 1): Outgoing => ({ clientId, text: clientId, at });
const events = (...list: ReturnType<typeof message>[]): Action => ({ type: "events", events: list, cursor: 0 });
const shown = (actions: readonly Action[]): string[] =>
  timeline(run(actions)).flatMap((line) => (line.kind === "message" ? line.message.text : []));

describe("the log of the conversation", () => {
  it("is the same set in the server's order however events arrive, repeat and interleave", () => {
    for (let seed = 1; seed <= 500; seed += 1) {
      const random = chance(seed);
      const own = ["a", "b", "c"].map((id, i) => message(3 + i * 3, { author: "customer", text: id, client_id: id }));
      const log = Array.from({ length: 12 }, (_, i) => own.find(({ seq }) => seq === i + 1) ?? message(i + 1));
      const arrivals = shuffled([...log, ...log], random).map((event) => events(event));
      const acks: Action[] = own.map(({ text = "", seq }) => ({ type: "sent", clientId: text, seq }));
      const outbox: Action = { type: "outbox", items: ["a", "b", "c"].map((id, i) => outgoing(id, i)) };
      const state = run([outbox, ...shuffled([...arrivals, ...acks, outbox], random)]);
      expect(state.events.map(({ seq }) => seq)).toEqual(log.map(({ seq }) => seq));
      expect(state.pending).toEqual([]);
    }
  });

  it("never shows one's own message twice or not at all, at any moment", () => {
    for (let seed = 1; seed <= 300; seed += 1) {
      const own = message(2, { author: "customer", text: "mine", client_id: "mine" });
      const steps: Action[] = shuffled(
        [events(message(1)), events(own), events(message(3)), { type: "sent", clientId: "mine", seq: 2 },
          { type: "outbox", items: [] }, { type: "delivery", clientId: "mine", delivery: "sending" }],
        chance(seed),
      );
      const start: Action = { type: "outbox", items: [outgoing("mine")] };
      steps.forEach((_, end) => {
        const texts = shown([start, ...steps.slice(0, end + 1)]);
        expect(texts.filter((text) => text === "mine")).toHaveLength(1);
      });
    }
  });

  it("puts an accepted message where the server put it, and unsent ones last", () => {
    const items = [outgoing("first", 1), outgoing("second", 2)];
    const texts = shown([
      { type: "outbox", items },
      { type: "sent", clientId: "first", seq: 2 },
      events(message(1), message(3)),
    ]);
    expect(texts).toEqual(["message 1", "first", "message 3", "second"]);
  });

  it("keeps its cursor at the highest number seen", () => {
    expect(run([events(message(7)), events(message(3))]).cursor).toBe(7);
  });

  it("shows nothing of an earlier session", () => {
    const state = run([
      events(message(1)),
      { type: "outbox", items: [outgoing("mine")] },
      { type: "session", id: "next", readSeq: 0, ratedSeq: 0, otherCustomer: true },
    ]);
    expect([state.events, state.pending, state.customer]).toEqual([[], [], 1]);
  });
});

describe("what the page tells", () => {
  it("drops what was refused and then removed", () => {
    const refused = { ...outgoing("bad"), refused: "too long" };
    expect(run([{ type: "outbox", items: [refused] }, { type: "outbox", items: [] }]).pending).toEqual([]);
  });

  it("ends typing with an answer but not with one's own message", () => {
    const typing: Action = { type: "events", events: [{ type: "typing" }], cursor: 0 };
    expect(run([typing, events(message(1, { author: "customer" }))]).typing).toBe(true);
    expect(run([typing, events(message(1))]).typing).toBe(false);
    expect(run([typing, { type: "events", events: [{ type: "turn_done", seq: 2, at: "", in_reply_to: 1 }], cursor: 2 }]).typing).toBe(false);
  });

  it("counts only the other side's messages after the last one read", () => {
    const state = run([events(message(1), message(2, { author: "customer" }), message(3)), { type: "read", seq: 1 }]);
    expect(unreadCount(state)).toBe(1);
  });

  it("offers choices until the customer has answered", () => {
    const choices = [{ id: "c1", title: "Yes" }];
    const offered = (actions: Action[]): number =>
      timeline(run(actions)).reduce((n, line) => n + (line.kind === "message" ? line.message.choices.length : 0), 0);
    expect(offered([events(message(1, { choices }))])).toBe(1);
    expect(offered([events(message(1, { choices })), { type: "outbox", items: [outgoing("x")] }])).toBe(0);
  });

  it("names who has joined, and says nothing when it was the bot's all along", () => {
    const owner = (seq: number, value: "with_bot" | "with_agent", agent?: string): Action => ({
      type: "events",
      events: [{ type: "owner", seq, at: "", owner: value, ...(agent && { agent }) }],
      cursor: seq,
    });
    const state = run([owner(1, "with_bot"), owner(2, "with_agent", "Maria"), owner(3, "with_agent", "Maria"), owner(4, "with_bot")]);
    const lines = timeline(state).map((line) => (line.kind === "owner" ? [line.owner, line.name] : []));
    expect(lines).toEqual([["with_agent", "Maria"], ["with_bot", null]]);
    expect(currentOwner(state)).toEqual({ owner: "with_bot", agent: null });
  });
});

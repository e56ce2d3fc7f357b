import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Outbox } from "../src/widget/core/outbox";
import type { Outgoing } from "../src/widget/core/types";
import { ApiError } from "../src/widget/net/api";
import { Sender } from "../src/widget/net/sender";
import { alone, chance, memory } from "./fakes";

/** Takes messages as the server does: the same client_id again gets the same answer. */
class FakeServer {
  readonly log: string[] = [];
  readonly seqs = new Map<string, number>();
  token = "t1";

  constructor(private readonly trouble: () => "none" | "lost" | "ack lost" | ApiError = () => "none") {}

  post = async (token: string, item: Outgoing): Promise<{ seq: number }> => {
    const trouble = this.trouble();
    if (trouble instanceof ApiError) throw trouble;
    if (trouble === "lost") throw new ApiError(0, null);
    if (token !== this.token) throw new ApiError(401, "over");
    if (!this.seqs.has(item.clientId)) this.seqs.set(item.clientId, this.log.push(item.text));
    if (trouble === "ack lost") throw new ApiError(0, null);
    return { seq: this.seqs.get(item.clientId) as number };
  };
}

function setUp(server: FakeServer) {
  const outbox = new Outbox(memory());
  let token = "t1";
  const session = {
    ensure: async () => ({ token, conversationId: "c" }),
    expire: () => void (token = server.token),
  };
  const hooks = { delivery: vi.fn(), sent: vi.fn(), outboxChanged: vi.fn() };
  return { outbox, hooks, sender: new Sender(outbox, session, server.post, hooks, alone) };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("sending", () => {
  it("brings every message once and in order over the worst of networks", async () => {
    for (let seed = 1; seed <= 100; seed += 1) {
      const random = chance(seed);
      const kinds = ["none", "lost", "ack lost", new ApiError(503, "busy"), new ApiError(429, "slow", 2000)] as const;
      const server = new FakeServer(() => kinds[Math.floor(random() * kinds.length)] ?? "none");
      const { outbox, sender } = setUp(server);
      const texts = Array.from({ length: 8 }, (_, i) => `m${i}`);
      for (const text of texts) {
        outbox.add(text);
        sender.kick();
        await vi.advanceTimersByTimeAsync(random() * 1500);
      }
      await vi.advanceTimersByTimeAsync(30 * 60_000);
      expect(server.log).toEqual(texts);
      expect(outbox.items()).toEqual([]);
    }
  });

  it("says that a message waits, tries again later, and at once when asked", async () => {
    let broken = true;
    const server = new FakeServer(() => (broken ? "lost" : "none"));
    const { outbox, sender, hooks } = setUp(server);
    const { clientId } = outbox.add("hello");
    sender.kick();
    await vi.advanceTimersByTimeAsync(10);
    expect(hooks.delivery).toHaveBeenLastCalledWith(clientId, "waiting");
    broken = false;
    sender.kick();
    await vi.advanceTimersByTimeAsync(10);
    expect(hooks.sent).toHaveBeenCalledWith(clientId, 1);
  });

  it("keeps what the server will never take, with its reason, and sends what follows", async () => {
    const answers: Array<"none" | ApiError> = [new ApiError(422, "Please shorten it.")];
    const server = new FakeServer(() => answers.shift() ?? "none");
    const { outbox, sender } = setUp(server);
    outbox.add("bad");
    outbox.add("good");
    sender.kick();
    await vi.advanceTimersByTimeAsync(10);
    expect(server.log).toEqual(["good"]);
    expect(outbox.items()).toMatchObject([{ text: "bad", refused: "Please shorten it." }]);
  });

  it("goes on in a new session when the old one has expired", async () => {
    const server = new FakeServer();
    server.token = "t2";
    const { outbox, sender } = setUp(server);
    outbox.add("hello");
    sender.kick();
    await vi.advanceTimersByTimeAsync(10);
    expect(server.log).toEqual(["hello"]);
  });

  it("waits as long as the server asks", async () => {
    const answers: Array<"none" | ApiError> = [new ApiError(429, "slow down", 20_000)];
    const server = new FakeServer(() => answers.shift() ?? "none");
    const { outbox, sender } = setUp(server);
    outbox.add("hello");
    sender.kick();
    await vi.advanceTimersByTimeAsync(19_000);
    expect(server.log).toEqual([]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(server.log).toEqual(["hello"]);
  });
});

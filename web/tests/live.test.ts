import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ServerEvent } from "../src/widget/core/types";
import { ApiError } from "../src/widget/net/api";
import { Live, type Poll } from "../src/widget/net/live";
import { parseFrame, type OpenSocket } from "../src/widget/net/socket";
import { FakeLog, chance, message } from "./fakes";

const noSocket: OpenSocket = () => Promise.resolve({ opened: false, received: false });

function collect(poll: Poll, socket: OpenSocket) {
  const seen: number[] = [];
  const hooks = {
    events: (events: readonly ServerEvent[]) => events.forEach((event) => "seq" in event && seen.push(event.seq)),
    settled: vi.fn(),
    connection: vi.fn(),
    unauthorized: vi.fn(),
  };
  const live = new Live(poll, socket, hooks);
  live.start("token");
  return { seen, hooks, live };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("receiving", () => {
  it("brings the same set in the same order wherever the line is cut, 1000 times", async () => {
    for (let seed = 1; seed <= 1000; seed += 1) {
      const random = chance(seed);
      const log = new FakeLog(20);
      const poll: Poll = async (_token, after) => {
        if (random() < 0.3) throw new ApiError(0, null);
        const events = log.after(after, Math.floor(random() * 4));
        return { events, cursor: events.at(-1)?.seq ?? after };
      };
      const { seen, live } = collect(poll, log.cutSocket(random));
      await vi.advanceTimersByTimeAsync(5 * 60_000);
      live.stop();
      expect(seen).toEqual(log.events.map(({ seq }) => seq));
    }
  }, 60_000);

  it("waits by long poll where sockets do not get through", async () => {
    const log = new FakeLog(2);
    const waits: number[] = [];
    const poll: Poll = async (_token, after, wait) => {
      waits.push(wait);
      if (!log.after(after).length) await new Promise((resolve) => setTimeout(resolve, wait * 1000));
      return { events: log.after(after), cursor: after };
    };
    const { seen, hooks, live } = collect(poll, noSocket);
    await vi.advanceTimersByTimeAsync(2_000);
    log.events.push(message(3));
    await vi.advanceTimersByTimeAsync(26_000);
    live.stop();
    expect(seen).toEqual([1, 2, 3]);
    expect(waits).toContain(25);
    expect(hooks.settled).toHaveBeenCalledTimes(1);
  });

  it("tells of an expired token once and stops", async () => {
    const poll = vi.fn<Poll>().mockRejectedValue(new ApiError(401, "over"));
    const { hooks } = collect(poll, noSocket);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(hooks.unauthorized).toHaveBeenCalledTimes(1);
    expect(poll).toHaveBeenCalledTimes(1);
  });

  it("does not storm a server that is down", async () => {
    const poll = vi.fn<Poll>().mockRejectedValue(new ApiError(503, "down"));
    const { hooks, live } = collect(poll, noSocket);
    await vi.advanceTimersByTimeAsync(5 * 60_000);
    live.stop();
    expect(poll.mock.calls.length).toBeLessThan(20);
    expect(hooks.connection).toHaveBeenCalledWith("lost");
  });

  it("notices a dead socket by a message that does not come back", async () => {
    const log = new FakeLog(1);
    const poll: Poll = async (_token, after) => ({ events: log.after(after), cursor: after });
    const dead: OpenSocket = (_token, _after, hooks, signal) =>
      new Promise((resolve) => {
        hooks.opened();
        signal.addEventListener("abort", () => resolve({ opened: true, received: false }));
      });
    const { seen, live } = collect(poll, dead);
    await vi.advanceTimersByTimeAsync(1_000);
    log.events.push(message(2));
    live.expect(2);
    await vi.advanceTimersByTimeAsync(6_000);
    live.stop();
    expect(seen).toEqual([1, 2]);
  });
});

describe("frames", () => {
  it("hold one event or a page of them, and nothing else is taken", () => {
    expect(parseFrame('{"type":"typing"}')).toEqual([{ type: "typing" }]);
    expect(parseFrame('{"events":[{"type":"typing"},{}],"cursor":1}')).toEqual([{ type: "typing" }]);
    for (const odd of ["", "null", "[]", "{", "1", '{"type":1}']) expect(parseFrame(odd)).toEqual([]);
  });
});

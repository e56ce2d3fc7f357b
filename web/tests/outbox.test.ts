import { describe, expect, it } from "vitest";
import { Outbox, uuid } from "../src/widget/core/outbox";
import { BrowserStorage } from "../src/widget/core/storage";
import { memory } from "./fakes";

class FullDisk {
  private readonly kept = new Map<string, string>();
  getItem = (key: string): string | null => this.kept.get(key) ?? null;
  setItem = (): void => {
    throw new DOMException("full", "QuotaExceededError");
  };
  removeItem = (key: string): void => void this.kept.delete(key);
}

describe("what waits to be sent", () => {
  it("keeps the order of writing even when the clock stands still or goes back", () => {
    const times = [5, 5, 3];
    const outbox = new Outbox(memory(), () => times.shift() ?? 0);
    ["one", "two", "three"].forEach((text) => outbox.add(text));
    expect(outbox.items().map(({ text }) => text)).toEqual(["one", "two", "three"]);
  });

  it("survives a reload", () => {
    localStorage.clear();
    new Outbox(new BrowserStorage()).add("hello", { choice: "c1" });
    expect(new Outbox(new BrowserStorage()).items()).toMatchObject([{ text: "hello", choice: "c1" }]);
  });

  it("loses nothing when two tabs write at once", () => {
    localStorage.clear();
    const [one, two] = [new Outbox(new BrowserStorage()), new Outbox(new BrowserStorage())];
    one.add("from one");
    two.add("from two");
    expect(one.items().map(({ text }) => text)).toEqual(["from one", "from two"]);
  });

  it("passes over what was refused until it is restored", () => {
    const outbox = new Outbox(memory());
    const [bad, good] = [outbox.add("bad"), outbox.add("good")];
    outbox.refuse(bad.clientId, "no");
    expect(outbox.next()?.clientId).toBe(good.clientId);
    outbox.restore(bad.clientId);
    expect(outbox.next()).toMatchObject({ clientId: bad.clientId });
  });

  it("works in memory where the browser keeps nothing", () => {
    const outbox = new Outbox(new BrowserStorage(new FullDisk() as unknown as Storage));
    const { clientId } = outbox.add("hello");
    expect(outbox.has(clientId)).toBe(true);
    outbox.remove(clientId);
    expect(outbox.items()).toEqual([]);
  });

  it("ignores what it did not write", () => {
    localStorage.clear();
    localStorage.setItem("aftercare.out.x", "{broken");
    localStorage.setItem("aftercare.out.y", '{"text":1}');
    expect(new Outbox(new BrowserStorage()).items()).toEqual([]);
  });

  it("names messages by proper UUIDs", () => {
    expect(uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(Array.from({ length: 500 }, uuid)).size).toBe(500);
  });
});

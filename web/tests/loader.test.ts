import { beforeEach, describe, expect, it, vi } from "vitest";

const CHAT = "https://chat.example";
type Api = Record<string, (...values: unknown[]) => void>;

let posted: unknown[] = [];
const heard: unknown[][] = [];
const page = window as unknown as { Aftercare?: unknown };
const api = (): Api => page.Aftercare as Api;
const frame = (): HTMLIFrameElement => shadow().querySelector("iframe") as HTMLIFrameElement;
const launcher = (): HTMLButtonElement => shadow().querySelector("button") as HTMLButtonElement;
const shadow = (): ShadowRoot => document.body.lastElementChild?.shadowRoot as ShadowRoot;

function hear(aftercare: unknown, origin = CHAT, source: unknown = frame().contentWindow): void {
  const event = Object.assign(new Event("message"), { data: { aftercare }, origin, source });
  dispatchEvent(event);
}

const READY = { type: "ready", ink: "#fff", labels: ["Open chat", "Close chat", "Chat"] };

/** Puts the script on a page where a shop has already made these calls. */
async function load(calls: unknown[][], attributes: Record<string, string> = {}): Promise<void> {
  const script = document.createElement("script");
  Object.defineProperty(script, "src", { value: `${CHAT}/widget.js` });
  Object.assign(script.dataset, attributes);
  Object.defineProperty(document, "currentScript", { configurable: true, value: script });
  page.Aftercare = calls;
  vi.resetModules();
  await import("../src/loader/main");
  const contentWindow = { postMessage: (data: unknown, target: string) => posted.push([data, target]) };
  Object.defineProperty(frame(), "contentWindow", { value: contentWindow });
}

beforeEach(() => {
  document.body.replaceChildren();
  posted = [];
  heard.length = 0;
});

// The frame's page is not loaded here: only what the loader and it say to each other matters.
const sources = new WeakMap<object, string>();
Object.defineProperty(HTMLIFrameElement.prototype, "src", {
  get: function (this: object) {
    return sources.get(this) ?? "";
  },
  set: function (this: object, value: string) {
    sources.set(this, value);
  },
});

describe("the loader", () => {
  it("makes the calls that came before it, in order, once the chat is there", async () => {
    await load([
      ["on", "ready", () => heard.push(["ready"])],
      ["identify", async () => "token"],
      ["setLocale", "fi"],
      ["nonsense"],
    ]);
    expect(posted).toEqual([]);
    hear(READY);
    expect(posted).toEqual([
      [{ aftercare: { type: "identify" } }, CHAT],
      [{ aftercare: { type: "locale", locale: "fi" } }, CHAT],
    ]);
    hear(READY);
    expect(heard).toEqual([["ready"]]);
    expect(posted).toHaveLength(2);
  });

  it("hears only its own frame, at the chat's own origin", async () => {
    await load([]);
    hear(READY, "https://evil.example");
    hear(READY, CHAT, window);
    hear({ type: "open" }, "https://evil.example");
    expect(launcher().ariaLabel).toBe("Chat");
    hear(READY);
    expect(launcher().ariaLabel).toBe("Open chat");
  });

  it("opens and closes, and tells", async () => {
    await load([["on", "open", () => heard.push(["open"])], ["on", "close", () => heard.push(["close"])]]);
    hear(READY);
    launcher().click();
    expect([frame().className, launcher().ariaExpanded, launcher().ariaLabel]).toEqual(["", "true", "Close chat"]);
    hear({ type: "close" });
    expect([frame().className, launcher().ariaExpanded, shadow().activeElement]).toEqual(["shut", "false", launcher()]);
    expect(heard).toEqual([["open"], ["close"]]);
  });

  it("shows the number of unread messages to eyes and ears", async () => {
    await load([["on", "unread", (count: unknown) => heard.push(["unread", count])]]);
    hear(READY);
    hear({ type: "unread", count: 120, badge: "99+", label: ". Unread messages: 120" });
    expect(launcher().textContent).toBe("99+");
    expect(launcher().ariaLabel).toBe("Open chat. Unread messages: 120");
    expect(heard).toEqual([["unread", 120]]);
  });

  it("asks the shop for a fresh token each time, and survives its failures", async () => {
    vi.spyOn(console, "warn").mockReturnValue();
    const identify = vi.fn().mockResolvedValueOnce("one").mockRejectedValueOnce(new Error("no")).mockReturnValueOnce("three");
    await load([["identify", identify]]);
    hear(READY);
    for (const id of [1, 2, 3]) {
      hear({ type: "token", id });
      await new Promise((resolve) => setTimeout(resolve));
    }
    expect(posted.slice(1).map((one) => (one as [{ aftercare: { token: unknown } }])[0].aftercare.token)).toEqual(["one", undefined, "three"]);
  });

  it("gives no token after signing out", async () => {
    await load([["identify", async () => "token"], ["logout"]]);
    hear(READY);
    hear({ type: "token", id: 1 });
    await new Promise((resolve) => setTimeout(resolve));
    expect(posted.at(-1)).toEqual([{ aftercare: { type: "token", id: 1, token: undefined } }, CHAT]);
  });

  it("passes the page's settings to the frame, and works by push as before it loaded", async () => {
    await load([], { locale: "fi", color: "#123456", origin: "https://evil.example" });
    const url = new URL(frame().src);
    expect(url.origin + url.pathname).toBe(`${CHAT}/widget/`);
    const settings = Object.fromEntries(new URLSearchParams(url.hash.slice(1)));
    expect(settings).toMatchObject({ locale: "fi", color: "#123456", origin: location.origin });
    (api().push as (...calls: unknown[]) => void)(["open"]);
    expect(frame().className).toBe("");
  });

  it("does nothing when the page names the script twice", async () => {
    await load([]);
    const first = page.Aftercare;
    vi.resetModules();
    await import("../src/loader/main");
    expect(page.Aftercare).toBe(first);
    expect(document.body.children).toHaveLength(1);
  });
});

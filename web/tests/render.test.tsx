import { render } from "preact";
import { beforeEach, describe, expect, it } from "vitest";
import type { Chat } from "../src/widget/chat";
import { App } from "../src/widget/components/App";
import { translator } from "../src/widget/core/i18n";
import type { Action } from "../src/widget/core/state";
import { message, run } from "./fakes";

const CORPUS = [
  "<script>window.hit=1</script>",
  "<img src=x onerror='window.hit=1'>",
  "<svg/onload=window.hit=1>",
  "\"><iframe srcdoc='<script>parent.hit=1</script>'>",
  "javascript:window.hit=1",
  "<a href=\"javascript:window.hit=1\">x</a>",
  "{{constructor.constructor('window.hit=1')()}}",
  "&lt;script&gt;window.hit=1&lt;/script&gt;",
  "</textarea><script>window.hit=1</script>",
];

const root = document.createElement("div");
const calls: unknown[][] = [];
const chat = new Proxy({}, { get: (_, name) => (...values: unknown[]) => void calls.push([name, ...values]) }) as Chat;

function show(actions: Action[]): void {
  const surroundings = { chat, t: translator("en"), base: "https://chat.example/" };
  const state = run([...actions, { type: "settled" }]);
  render(<App state={state} surroundings={surroundings} title={titles.at(-1) ?? ""} close={() => undefined} />, root);
}

let titles: string[] = [];
const said = (extra: Parameters<typeof message>[1]): Action => ({ type: "events", events: [message(1, extra)], cursor: 1 });

beforeEach(() => {
  document.body.replaceChildren(root);
  render(null, root);
  calls.length = 0;
  titles = [];
});

describe("what is shown", () => {
  it.each(CORPUS)("never runs %j, whichever field it comes in", (text) => {
    titles = [text];
    const card = { title: text, subtitle: text, url: text, image_url: text, choices: [{ id: text, title: text }] };
    const attachments = [{ id: "1", name: text, url: text }];
    show([
      said({ text, agent: text, author: "agent", cards: [card], choices: [{ id: text, title: text }], attachments }),
      { type: "events", events: [{ type: "owner", seq: 2, at: "", owner: "with_agent", agent: text }], cursor: 2 },
      { type: "outbox", items: [{ clientId: "a", text, at: 1, refused: text }] },
      { type: "problem", problem: text },
    ]);
    expect(root.textContent).toContain(text);
    expect(root.querySelectorAll("script, iframe, img, svg[onload], [onerror], [srcdoc]")).toHaveLength(0);
    expect(root.querySelectorAll("a[href^='javascript']")).toHaveLength(0);
    expect(Reflect.get(window, "hit")).toBeUndefined();
  });

  it("opens links elsewhere, without a trace of where they were followed", () => {
    show([said({ text: "see https://shop.example/ and /policies/returns" })]);
    const links = [...root.querySelectorAll("a")];
    expect(links.map((link) => link.href)).toEqual(["https://shop.example/", "https://chat.example/policies/returns"]);
    for (const link of links) expect([link.rel, link.target]).toEqual(["noopener noreferrer", "_blank"]);
  });

  it("sends a choice by its id", () => {
    const choice = { id: "c1", title: "Return it" };
    show([said({ choices: [choice] })]);
    root.querySelector<HTMLButtonElement>(".choice")?.click();
    expect(calls).toEqual([["choose", choice]]);
  });

  it("gives the log and every control a role and a name", () => {
    show([said({ choices: [{ id: "c", title: "Yes" }] }), { type: "events", events: [{ type: "feedback_request", seq: 2, at: "" }], cursor: 2 }]);
    const log = root.querySelector("[role=log]");
    expect([log?.getAttribute("aria-live"), log?.getAttribute("aria-label")]).toEqual(["polite", "Conversation"]);
    for (const control of root.querySelectorAll("button, textarea, input:not([hidden])")) {
      expect(control.getAttribute("aria-label") || control.textContent).toBeTruthy();
    }
  });

  it("does not read an old conversation aloud while it loads", () => {
    const surroundings = { chat, t: translator("en"), base: "https://chat.example/" };
    render(<App state={run([said({})])} surroundings={surroundings} title="" close={null} />, root);
    expect(root.querySelector("[role=log]")?.getAttribute("aria-live")).toBe("off");
  });
});

async function type(text: string): Promise<HTMLTextAreaElement> {
  const field = root.querySelector<HTMLTextAreaElement>("#compose") as HTMLTextAreaElement;
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  await new Promise((resolve) => setTimeout(resolve, 20));
  return field;
}

describe("the composer", () => {
  const enter = (field: HTMLElement, shiftKey = false): boolean =>
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", shiftKey, bubbles: true, cancelable: true }));

  it("sends on Enter and not on Shift+Enter", async () => {
    show([]);
    const field = await type("  hello  ");
    enter(field, true);
    expect(calls).toEqual([]);
    enter(field);
    expect(calls).toEqual([["sendText", "hello", []]]);
  });

  it("refuses what is longer than 8000 characters, in words, and keeps it", async () => {
    show([]);
    const field = await type("ä😀".repeat(4000) + "x");
    enter(field);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(calls).toEqual([]);
    expect(root.querySelector("#limit")?.textContent).toContain("8,001 of 8,000 characters");
    expect(root.querySelector("#limit")?.getAttribute("role")).toBe("alert");
    expect(field.value.endsWith("x")).toBe(true);
  });

  it("sends exactly 8000 characters, however many bytes they are", async () => {
    show([]);
    enter(await type("😀".repeat(8000)));
    expect(calls).toHaveLength(1);
  });
});

import { describe, expect, it } from "vitest";
import { linkify, safeImage, safeUrl } from "../src/widget/core/linkify";

const BASE = "https://chat.example/";
const links = (text: string, trusted = true): string[] =>
  linkify(text, BASE, trusted).flatMap((piece) => (typeof piece === "string" ? [] : piece.href));
const joined = (text: string, trusted: boolean): string =>
  linkify(text, BASE, trusted)
    .map((piece) => (typeof piece === "string" ? piece : piece.text))
    .join("");

const HOSTILE = [
  "javascript:alert(1)",
  "JaVaScRiPt:alert(1)",
  "java\nscript:alert(1)",
  "\u0001javascript:alert(1)",
  " javascript://https://x.example/%0aalert(1)",
  "data:text/html,<script>alert(1)</script>",
  "data:image/svg+xml,<svg onload=alert(1)>",
  "vbscript:msgbox(1)",
  "file:///etc/passwd",
  "blob:https://chat.example/1",
  "//evil.example/x",
  "/\\evil.example",
  "/\t/evil.example",
  "\\\\evil.example",
  "https:evil.example",
  "http:/evil.example",
  "https://shop.example@evil.example/",
  "https://user:pass@evil.example/",
  "<img src=x onerror=alert(1)>",
  '"><script>alert(1)</script>',
  "<a href='javascript:alert(1)'>x</a>",
  "[click](javascript:alert(1))",
  "mailto:",
  "",
];

describe("addresses in text", () => {
  it.each(HOSTILE)("makes no harmful link of %j", (text) => {
    expect(safeUrl(text, BASE) ?? "mailto:").toMatch(/^mailto:$/);
    for (const href of links(`see ${text} now`)) {
      expect(href).toMatch(/^(?:https?:\/\/|mailto:[^?]+@)/);
      expect(new URL(href)).toMatchObject({ username: "", password: "" });
    }
  });

  it.each(HOSTILE)("loses no letter of %j", (text) => {
    expect(joined(text, true)).toBe(text);
    expect(joined(text, false)).toBe(text);
  });

  it.each([
    ["See https://shop.example/a_(b).", "https://shop.example/a_(b)"],
    ["(https://shop.example/a)", "https://shop.example/a"],
    ["HTTPS://SHOP.EXAMPLE/A?x=1&y=2#z!", "https://shop.example/A?x=1&y=2#z"],
    ["Policy: /policies/returns.", "https://chat.example/policies/returns"],
    ["write to help@shop.example, please", "mailto:help@shop.example"],
    ["mailto:help@shop.example", "mailto:help@shop.example"],
    ['"https://shop.example/"onclick=alert(1)', "https://shop.example/"],
  ])("finds the address in %j", (text, href) => {
    expect(links(text)).toEqual([href]);
  });

  it.each(["and/or", "24/7", "1/2", "km/h", "TCP/IP", "a / b", "not@host", "8:30"])("leaves %j alone", (text) => {
    expect(links(text)).toEqual([]);
  });

  it("takes only web addresses from a customer's own words", () => {
    expect(links("/restart me@x.example https://x.example/", false)).toEqual(["https://x.example/"]);
  });

  it("answers soon however odd the text", () => {
    const began = performance.now();
    for (const odd of ["a.".repeat(4000), "a@".repeat(4000), "/".repeat(8000), "a@a.".repeat(2000), "http://".repeat(1200)]) {
      links(odd);
    }
    expect(performance.now() - began).toBeLessThan(1500);
  });
});

describe("pictures", () => {
  it("come over https or from the chat's own host", () => {
    expect(safeImage("https://cdn.example/a.jpg", BASE)).toBe("https://cdn.example/a.jpg");
    expect(safeImage("/media/a.jpg", BASE)).toBe("https://chat.example/media/a.jpg");
    for (const bad of ["http://cdn.example/a.jpg", "data:image/svg+xml,<svg>", "mailto:a@b.example", "//cdn.example/a"]) {
      expect(safeImage(bad, BASE)).toBeNull();
    }
  });
});

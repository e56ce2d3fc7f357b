import { describe, expect, it } from "vitest";
import en from "../src/i18n/en.json";
import fi from "../src/i18n/fi.json";
import fil from "../src/i18n/fil.json";
import { languageOf, translator } from "../src/widget/core/i18n";
import { contrast, cssColour, themeOf, type Rgb } from "../src/widget/core/theme";
import { chance } from "./fakes";

const holes = (words: string): string[] => [...words.matchAll(/\{\w+\}/g)].map(String).sort();

describe("languages", () => {
  it.each([["fi", fi], ["fil", fil]] as const)("%s says everything that English says", (_name, words) => {
    expect(Object.keys(words).sort()).toEqual(Object.keys(en).sort());
    for (const [key, english] of Object.entries(en)) {
      expect(holes(words[key as keyof typeof en]), key).toEqual(holes(english));
    }
  });

  it("are found by locale, English for the rest", () => {
    const found = ["fi", "fi-FI", "fil_PH", "tl", "en-GB", "sv", "constructor", "", null].map(languageOf);
    expect(found).toEqual(["fi", "fi", "fil", "fil", "en", "en", "en", "en", "en"]);
  });

  it("fill in values as they are", () => {
    expect(translator("en")("joined", { name: "$& {name}" })).toBe("$& {name} has joined the conversation");
  });
});

describe("colours", () => {
  const rgb = (hex: string): Rgb => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)) as unknown as Rgb;

  it("stay readable whatever the shop chooses", () => {
    const random = chance(7);
    const samples = Array.from({ length: 300 }, (): Rgb => [0, 0, 0].map(() => Math.floor(random() * 256)) as unknown as Rgb);
    for (const accent of [...samples, [255, 255, 255], [0, 0, 0], [255, 255, 0]] as Rgb[]) {
      const theme = themeOf(accent);
      expect(contrast(rgb(theme.ink), accent)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(rgb(theme.onLight), [241, 243, 246])).toBeGreaterThanOrEqual(4.5);
      expect(contrast(rgb(theme.onDark), [37, 42, 51])).toBeGreaterThanOrEqual(4.5);
    }
  });

  it("are taken only where CSS knows them", () => {
    for (const bad of ["var(--x)", "inherit", "currentColor", "", null]) expect(cssColour(bad)).toBeNull();
  });
});

/** Colours that stay readable whatever colour the shop has chosen (WCAG AA: 4.5 to 1 for text). */

export type Rgb = readonly [number, number, number];

const AA = 4.5;
const WHITE: Rgb = [255, 255, 255];
const INK: Rgb = [20, 24, 31];
/** White or black can be read on any colour; the softer ink on nearly any. */
const BLACK: Rgb = [0, 0, 0];
const LIGHT_SURFACE: Rgb = [241, 243, 246];
const DARK_SURFACE: Rgb = [50, 56, 67];

export const DEFAULT_COLOUR = "#146c64";

/** A colour as CSS understands it, or nothing. Everything else a shop's attribute may hold is dropped. */
export function cssColour(value: string | null): string | null {
  return value && CSS.supports("color", value) && !/var|inherit|currentcolor/i.test(value) ? value : null;
}

export interface Theme {
  accent: string;
  /** Words on the accent colour. */
  ink: string;
  /** The accent colour as words on a light and on a dark surface. */
  onLight: string;
  onDark: string;
}

export function themeOf(accent: Rgb): Theme {
  return {
    accent: hex(accent),
    ink: hex([WHITE, INK].find((ink) => contrast(accent, ink) >= AA) ?? BLACK),
    onLight: hex(readable(accent, LIGHT_SURFACE, INK)),
    onDark: hex(readable(accent, DARK_SURFACE, WHITE)),
  };
}

/** Moves a colour towards another until it can be read on the surface. */
export function readable(colour: Rgb, surface: Rgb, towards: Rgb): Rgb {
  for (let share = 0; share <= 1; share += 0.05) {
    const mixed = colour.map((c, i) => Math.round(c + ((towards[i] ?? 0) - c) * share)) as unknown as Rgb;
    if (contrast(mixed, surface) >= AA) return mixed;
  }
  return towards;
}

export function contrast(a: Rgb, b: Rgb): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

function luminance(colour: Rgb): number {
  const [r, g, b] = colour.map((value) => {
    const share = value / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

export function hex(colour: Rgb): string {
  return `#${colour.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

/** Any CSS colour as red, green and blue: painted on one pixel and read back. */
export function resolve(colour: string): Rgb | null {
  const context = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
  if (!context) return null;
  context.fillStyle = "#fff";
  context.fillRect(0, 0, 1, 1);
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [r, g, b] = context.getImageData(0, 0, 1, 1).data;
  return [r ?? 0, g ?? 0, b ?? 0];
}

/** Sets the colours on the page, by properties: a strict policy allows no style sheet made here. */
export function applyTheme(chosen: string | null, root: HTMLElement = document.documentElement): Theme {
  const accent = resolve(cssColour(chosen) ?? DEFAULT_COLOUR) ?? [20, 108, 100];
  const theme = themeOf(accent);
  root.style.setProperty("--accent", theme.accent);
  root.style.setProperty("--accent-ink", theme.ink);
  root.style.setProperty("--accent-on-light", theme.onLight);
  root.style.setProperty("--accent-on-dark", theme.onDark);
  return theme;
}

import en from "../../i18n/en.json";
import fi from "../../i18n/fi.json";
import fil from "../../i18n/fil.json";

export type Key = keyof typeof en;
export type Words = Readonly<Record<Key, string>>;

const LANGUAGES: Readonly<Record<string, Words>> = { en, fi, fil };

/** The language to use for a locale such as `fi-FI`; English where we do not speak it. */
export function languageOf(locale: string | null | undefined): string {
  const language = (locale ?? "").toLowerCase().split(/[-_]/)[0] ?? "";
  if (language === "tl") return "fil";
  return Object.hasOwn(LANGUAGES, language) ? language : "en";
}

export interface Translator {
  readonly language: string;
  /** For dates and numbers: the customer's own region where it speaks this language. */
  readonly region: string;
  (key: Key, values?: Readonly<Record<string, string | number>>): string;
}

export function translator(locale: string): Translator {
  const language = languageOf(locale);
  const words = LANGUAGES[language] ?? en;
  const translate = (key: Key, values: Readonly<Record<string, string | number>> = {}): string =>
    words[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
  return Object.assign(translate, { language, region: regionOf(language, locale) });
}

function regionOf(language: string, locale: string): string {
  const wanted = [locale, ...navigator.languages].find((one) => languageOf(one) === language && /[-_]/.test(one));
  const tag = (wanted ?? language).replace("_", "-");
  return isTag(tag) ? tag : language;
}

function isTag(tag: string): boolean {
  return /^[a-z]{2,3}(?:-[a-z0-9]{2,8})+$/i.test(tag);
}

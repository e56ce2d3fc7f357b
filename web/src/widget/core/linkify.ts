/** Finds addresses in plain text. The result is rendered as text nodes and <a>, never as HTML. */

export type Piece = string | { href: string; text: string };

const WEB = String.raw`\bhttps?:\/\/[^\s<>"'\u0060{}|\\^]+`;
const MAIL = String.raw`\b(?:mailto:)?[A-Za-z0-9](?:[\w.+-]{0,62}[\w+-])?@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}\b`;
const PATH = String.raw`(?<![^\s(])\/[A-Za-z0-9](?:[\w.~%\-/?#=&]*[\w~%/=])?`;
const CUSTOMERS_OWN = new RegExp(WEB, "gi");
const ALL = new RegExp(`${WEB}|${MAIL}|${PATH}`, "gi");

/** A shop's own words may name a path or an e-mail address; in a customer's words those are just words. */
export function linkify(text: string, base: string, trusted: boolean): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(trusted ? ALL : CUSTOMERS_OWN)) {
    const found = trimEnd(match[0]);
    const href = safeUrl(isMail(found) ? `mailto:${found}` : found, base);
    if (!href) continue;
    if (match.index > from) pieces.push(text.slice(from, match.index));
    pieces.push({ href, text: found });
    from = match.index + found.length;
  }
  if (from < text.length) pieces.push(text.slice(from));
  return pieces;
}

function isMail(found: string): boolean {
  return found.includes("@") && !/^(?:https?|mailto):/i.test(found) && !found.startsWith("/");
}

/** A full stop or bracket at the end belongs to the sentence, unless the bracket was opened in the address. */
function trimEnd(found: string): string {
  let end = found.length;
  while (end > 0) {
    const last = found[end - 1] as string;
    const unopened = last === ")" && !found.slice(0, end).includes("(");
    if (!unopened && !".,;:!?]*_…".includes(last)) break;
    end -= 1;
  }
  return found.slice(0, end);
}

/** The address if it is one that a customer may be sent to: http, https, mailto, or a path of the chat's host. */
export function safeUrl(raw: string | undefined, base: string): string | null {
  const url = parse(raw, base);
  if (!url || url.username || url.password) return null;
  const isPath = raw?.startsWith("/") ?? false;
  if (isPath && url.origin !== new URL(base).origin) return null;
  const absolute = /^(?:https?:\/\/|mailto:)/i.test(raw ?? "");
  return isPath || absolute ? url.href : null;
}

/** As above for pictures: over https, or from the chat's own host. */
export function safeImage(raw: string | undefined, base: string): string | null {
  const href = safeUrl(raw, base);
  const url = parse(href ?? undefined, base);
  return url && (url.protocol === "https:" || url.origin === new URL(base).origin) ? url.href : null;
}

function parse(raw: string | undefined, base: string): URL | null {
  if (!raw) return null;
  try {
    return new URL(raw, base);
  } catch {
    return null;
  }
}

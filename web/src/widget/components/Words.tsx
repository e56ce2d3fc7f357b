import type { JSX } from "preact";
import { linkify } from "../core/linkify";
import { useSurroundings } from "./context";

/** Leads out of the chat: always into a tab of its own, which learns nothing of this one. */
export function OutLink(props: { href: string; class?: string; children: preact.ComponentChildren }): JSX.Element {
  const { t } = useSurroundings();
  return (
    <a href={props.href} class={props.class} target="_blank" rel="noopener noreferrer">
      {props.children}
      <span class="unseen"> ({t("opens_in_new_tab")})</span>
    </a>
  );
}

/** Plain text with its addresses made into links. */
export function Words({ text, trusted }: { text: string; trusted: boolean }): JSX.Element {
  const { base } = useSurroundings();
  const pieces = linkify(text, base, trusted);
  return (
    <>
      {pieces.map((piece) => (typeof piece === "string" ? piece : <OutLink href={piece.href}>{piece.text}</OutLink>))}
    </>
  );
}
